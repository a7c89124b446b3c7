package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.e2e.kubernetes.Names;
import dev.pgmend.e2e.kubernetes.Scene;
import dev.pgmend.e2e.kubernetes.Stage;
import dev.pgmend.e2e.kubernetes.StageFailedException;
import dev.pgmend.e2e.kubernetes.Waiting;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Switches the learning pod on, asks a question that no index answers, and lets the proposal that
 * comes of it run by naming it in the policy.
 */
public final class LearnAndApprove implements Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static final String LEARN =
      """
      {"spec": {"learner": {"enabled": true, "samplingInterval": "2s"}}}
      """;
  private static final String ASK_FIRST =
      """
      {"spec": {"actions": {"CreateIndexConcurrently": "Recommend"}}}
      """;
  private static final String APPROVE =
      """
      {"spec": {"approvals": ["%s"]}}
      """;

  @Override
  public String title() {
    return "Learning: a proposal, approved";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    if (scene.image("learner").isEmpty()) {
      return "passed over: the learner is not built here";
    }
    patch(scene, TuningPolicy.class, Names.POLICY, ASK_FIRST);
    patch(scene, PgCluster.class, Names.CLUSTER, LEARN);
    Waiting.untilTrue("the learning pod to be ready", PATIENCE, () -> Optional.of(isReady(scene)));
    scene.console().note("the learning pod is ready");
    var watch = new ActionWatch(scene);
    try (var _ = Question.ask(scene.shop().owner())) {
      var proposal =
          Waiting.until(
              "a proposal of the learner that waits for approval", PATIENCE, () -> waiting(watch));
      var name = proposal.getMetadata().getName();
      scene.console().note("%s: %s".formatted(name, proposal.getSpec().statements()));
      patch(scene, TuningPolicy.class, Names.POLICY, APPROVE.formatted(name));
      var action =
          Waiting.until(
              name + " to be done and verified",
              PATIENCE,
              () -> watch.succeeded(BigTable.NAME, Question.TYPE));
      var verdict = ActionWatch.status(action).verdict();
      watch.print();
      return "%s was approved in the policy, ran, and was verified: %s"
          .formatted(name, verdict == null ? "no verdict" : verdict.message());
    }
  }

  private static Optional<HealingAction> waiting(ActionWatch watch) {
    return watch
        .about(BigTable.NAME, Question.TYPE)
        .filter(action -> ActionWatch.phase(action) == HealingPhase.AwaitingApproval);
  }

  private static boolean isReady(Scene scene) {
    var cluster =
        scene
            .client()
            .resources(PgCluster.class)
            .inNamespace(Names.SHOP)
            .withName(Names.CLUSTER)
            .get();
    return cluster != null
        && cluster.getStatus() != null
        && cluster.getStatus().conditions().stream()
            .anyMatch(condition -> condition.type().equals("LearnerReady") && condition.holds());
  }

  private static <T extends HasMetadata> void patch(
      Scene scene, Class<T> kind, String name, String patch) {
    scene.client().resources(kind).inNamespace(Names.SHOP).withName(name).patch(MERGE, patch);
  }
}
