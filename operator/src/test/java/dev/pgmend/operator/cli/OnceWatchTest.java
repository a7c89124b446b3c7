// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.FindingCounts;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.learner.app.LearnerStatus;
import dev.pgmend.learner.finetune.FineTuningStatus;
import dev.pgmend.operator.local.InProcessApi;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One cluster that was inspected and needs no repair; what its learner does is left to wait for.
 */
class OnceWatchTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(50);

  private InProcessApi api;
  private KubernetesClient client;

  @BeforeEach
  void startApiWithAHealthyCluster() {
    api = InProcessApi.start();
    client = api.client();
    var cluster = new PgCluster();
    cluster.setMetadata(new ObjectMetaBuilder().withName("shop").withNamespace("default").build());
    cluster.setSpec(
        new PgClusterSpec(
            Provider.connection("shop"), PgClusterSpec.Databases.ALL, null, "1h", null));
    var made = client.resource(cluster).create();
    var ready = new Condition(Condition.READY, Condition.TRUE, "Ready", "", null, null);
    made.setStatus(
        new PgClusterStatus(
            null,
            List.of(ready),
            null,
            null,
            100,
            FindingCounts.NONE,
            List.of(),
            null,
            "2026-01-01T00:00:00Z",
            null));
    client.resource(made).updateStatus();
  }

  @AfterEach
  void stopApi() {
    client.close();
    api.close();
  }

  @Test
  void endsAtOnceWhereNoLearnerRunsInThisProcess() {
    assertThat(await(LONG)).isEqualTo(ExitCode.OK);
  }

  @Test
  void waitsUntilTheLearnerHasLookedThreeTimes() {
    var looks = new ArrayDeque<>(List.of(looked(0), looked(1), looked(2), looked(3), looked(4)));

    assertThat(await(LONG, looks)).isEqualTo(ExitCode.OK);
    assertThat(looks).containsExactly(looked(4));
  }

  @Test
  void waitsUntilTheLearnerHasDiagnosedWhatIsWorthIt() {
    var looks = new ArrayDeque<>(List.of(behind(3), behind(4), looked(5), looked(6)));

    assertThat(await(LONG, looks)).isEqualTo(ExitCode.OK);
    assertThat(looks).containsExactly(looked(6));
  }

  @Test
  void doesNotWaitForALearnerThatCannotLook() {
    assertThat(await(LONG, status(3, false, "pg_stat_statements is not installed")))
        .isEqualTo(ExitCode.OK);
  }

  @Test
  void givesUpOnALearnerThatTakesTooLong() {
    assertThat(await(SHORT, looked(2))).isEqualTo(ExitCode.TIMED_OUT);
  }

  private int await(Duration atMost, LearnerStatus... looks) {
    return await(atMost, new ArrayDeque<>(Arrays.asList(looks)));
  }

  /** Each time that it is asked for, the learner has got one further. */
  private int await(Duration atMost, ArrayDeque<LearnerStatus> looks) {
    var report = new RunReport(new PrintWriter(new StringWriter()), false, Set.of());
    return new OnceWatch(client, report, _ -> Optional.ofNullable(looks.poll()), atMost).await();
  }

  private static LearnerStatus looked(long looks) {
    return status(looks, true, "");
  }

  private static LearnerStatus behind(long looks) {
    return status(looks, false, "");
  }

  private static LearnerStatus status(long looks, boolean caughtUp, String problem) {
    return new LearnerStatus(
        looks,
        caughtUp,
        Optional.empty(),
        true,
        problem,
        0,
        0,
        Map.of(),
        0,
        0,
        0,
        0,
        0,
        FineTuningStatus.NONE);
  }
}
