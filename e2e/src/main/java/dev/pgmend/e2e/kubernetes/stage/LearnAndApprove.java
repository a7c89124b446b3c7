// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Enables the learner, runs a statement that lacks an index, and approves the proposed index in the
 * policy.
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
    return "Enabling the learner and approving its proposal";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    if (scene.image("learner").isEmpty()) {
      return "skipped: the learner was not built";
    }
    patch(scene, TuningPolicy.class, Names.POLICY, ASK_FIRST);
    patch(scene, PgCluster.class, Names.CLUSTER, LEARN);
    Waiting.untilTrue("the learner pod to be ready", PATIENCE, () -> Optional.of(isReady(scene)));
    scene.console().note("the learner pod is ready");
    var watch = new ActionWatch(scene);
    try (var _ = UnindexedLookups.start(scene.shop().owner())) {
      var proposal =
          Waiting.until(
              "a proposal of the learner that awaits approval", PATIENCE, () -> waiting(watch));
      var name = proposal.getMetadata().getName();
      scene.console().note("%s: %s".formatted(name, proposal.getSpec().statements()));
      patch(scene, TuningPolicy.class, Names.POLICY, APPROVE.formatted(name));
      var action =
          Waiting.until(
              name + " to succeed and be verified",
              PATIENCE,
              () -> watch.succeeded(BigTable.NAME, UnindexedLookups.TYPE));
      var verdict = ActionWatch.status(action).verdict();
      watch.print();
      return "%s was approved in the policy, ran, and was verified: %s"
          .formatted(name, verdict == null ? "no verdict" : verdict.message());
    }
  }

  private static Optional<HealingAction> waiting(ActionWatch watch) {
    return watch
        .about(BigTable.NAME, UnindexedLookups.TYPE)
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
