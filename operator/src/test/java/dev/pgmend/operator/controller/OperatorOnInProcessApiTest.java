// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import static dev.pgmend.operator.testing.OperatorUnderTest.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.learnerpod.LearnerImage;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.testing.OperatorUnderTest;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class OperatorOnInProcessApiTest extends OperatorSuite {
  private InProcessApi api;

  @Override
  KubernetesClient connect() {
    api = InProcessApi.start();
    return api.client();
  }

  @Override
  Optional<LearnerImage> learnerImage() {
    return Optional.empty();
  }

  /** This API evaluates no CEL rules, as API servers before 1.25. */
  @Test
  void doesNotManageAClusterThatBreaksARule() {
    room().secret(database());
    room()
        .cluster(
            database(),
            spec ->
                new PgClusterSpec(
                    spec.provider(),
                    spec.databases(),
                    null,
                    "1h",
                    new LearnerSpec(
                        false,
                        null,
                        new LearnerSpec.Gpu(true, null, null),
                        null,
                        null,
                        null,
                        null,
                        null)));

    patiently()
        .untilAsserted(() -> {
          var ready = condition(room().cluster(), Condition.READY);
          assertThat(ready.status()).isEqualTo(Condition.FALSE);
          assertThat(ready.reason()).isEqualTo("InvalidSpec");
          assertThat(ready.message()).startsWith("spec.learner: ");
        });
  }

  @Test
  void aLearnerThatNoPodCanRunRunsInTheOperatorsProcess() {
    room().policy("policy", mode(PolicyMode.Recommend));
    room().secret(database());
    room()
        .cluster(
            database(),
            spec ->
                new PgClusterSpec(
                    spec.provider(),
                    spec.databases(),
                    null,
                    "1h",
                    OperatorUnderTest.learner(true)));

    patiently()
        .untilAsserted(() -> {
          assertThat(condition(room().cluster(), Condition.READY).holds()).isTrue();
          var learner = condition(room().cluster(), "LearnerReady");
          assertThat(learner.holds()).isTrue();
          assertThat(learner.reason()).isEqualTo("InProcess");
        });
  }

  @Test
  void theIndexThatAStatementLacksIsFoundByTheLearnerApprovedBuiltAndVerified() throws Exception {
    database()
        .execute(
            "CREATE TABLE visits (id int PRIMARY KEY, customer int, note text)",
            "INSERT INTO visits SELECT i, i % 9000, repeat('x', 80)"
                + " FROM generate_series(1, 150000) i",
            // Else the rows would be reported after the analysis, and count as changed since.
            "SELECT pg_stat_force_next_flush()",
            "VACUUM (ANALYZE) visits",
            "SELECT pg_stat_statements_reset()");
    room().policy("policy", mode(PolicyMode.Recommend));
    room().secret(database());
    room()
        .cluster(
            database(),
            spec ->
                new PgClusterSpec(
                    spec.provider(),
                    spec.databases(),
                    null,
                    "1h",
                    new LearnerSpec(true, null, null, "1s", null, null, null, null)));

    try (var _ = visitors()) {
      var proposed = room().awaitPhase("CreateIndexConcurrently", HealingPhase.AwaitingApproval);
      assertThat(proposed.getSpec().target().columns()).containsExactly("customer");
      assertThat(proposed.getSpec().finding().detector()).isEqualTo("MissingIndex");
      assertThat(proposed.getSpec().expected().improvementPercent()).isGreaterThan(20);
      patiently()
          .untilAsserted(() ->
              assertThat(room().cluster().getStatus().bottleneck().operators())
                  .anyMatch(operator -> operator.contains("Seq Scan on visits")));

      room().policy("policy", approving(room().policy("policy").getSpec(), nameOf(proposed)));
      var done = room().awaitPhase("CreateIndexConcurrently", HealingPhase.Succeeded);

      assertThat(Actions.statusOf(done).after().facts()).containsEntry("findingGone", "true");
      assertThat(database().texts("EXPLAIN SELECT count(note) FROM visits WHERE customer = 5"))
          .anyMatch(line -> line.contains("pgmend_visits"));
    }
  }

  private static String nameOf(HealingAction action) {
    return action.getMetadata().getName();
  }

  /** Somebody who looks customers up until they are sent away. */
  private AutoCloseable visitors() {
    var gone = new AtomicBoolean();
    var visits =
        TestDatabase.inBackground(() -> {
          for (int i = 0; !gone.get(); i++) {
            database().execute("SELECT count(note) FROM visits WHERE customer = " + i % 9000);
          }
          return gone;
        });
    return () -> {
      gone.set(true);
      visits.join();
    };
  }

  @Override
  void disconnect() {
    api.close();
  }
}
