// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import static dev.pgmend.operator.testing.ActionBuilder.action;
import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.FindingCounts;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.api.v1alpha1.PgClusterStatus.LastAction;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.api.v1alpha1.Severity;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.ManualClock;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ManagedCluster;
import dev.pgmend.operator.cluster.ManagedClusters;
import dev.pgmend.operator.cluster.MemoryStore;
import dev.pgmend.operator.learnerpod.LearnerState;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.provider.Access;
import dev.pgmend.operator.testing.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterViewTest {
  private static final String NOON = "2026-03-04T12:00:00Z";
  private static final String ONE = "2026-03-04T13:00:00Z";
  private static final EffectivePolicy POLICY =
      new EffectivePolicy("nights", policy(PolicyMode.Auto).spec(), Set.of());

  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-04T12:00:00.250Z"));
  private final PgCluster cluster = new PgCluster();
  private TestDatabase database;
  private InProcessApi api;
  private ManagedClusters clusters;
  private ManagedCluster managed;

  @BeforeEach
  void startManaging() {
    database = TestServers.newest().createDatabase();
    api = InProcessApi.start();
    clusters = new ManagedClusters(new MemoryStore(api.client(), clock), clock);
    managed =
        clusters.reached(
            new ClusterKey("default", "shop"),
            new Access(database.spec(), List.of(), OptionalLong.empty()));
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("default")
            .withGeneration(4L)
            .build());
    cluster.setSpec(PgClusterSpec.of(Provider.connection("shop")));
  }

  @AfterEach
  void stopManaging() {
    clusters.close();
    api.close();
    database.close();
  }

  @Test
  void healthyClusterIsReady() throws SQLException {
    inspect();

    var status = status();

    assertThat(status.observedGeneration()).isEqualTo(4);
    assertThat(status.serverVersion()).startsWith("18.");
    assertThat(status.primary()).isEqualTo(database.spec().host() + ":" + database.spec().port());
    assertThat(status.healthScore()).isEqualTo(100);
    assertThat(status.findingCounts()).isEqualTo(FindingCounts.NONE);
    assertThat(status.findings()).isEmpty();
    assertThat(status.lastInspection()).isEqualTo(NOON);
    assertThat(status.conditions())
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", "True", "Managed"),
            tuple("Connected", "True", "Connected"),
            tuple("Inspected", "True", "Inspected"),
            tuple("Healthy", "True", "NoFinding"));
    assertThat(condition(status, "Ready").message()).contains("nights");
  }

  @ParameterizedTest
  @MethodSource("learners")
  void reportsAnEnabledLearnerAndIsReadyWithoutIt(LearnerState state, List<String> condition)
      throws SQLException {
    inspect();
    var view = new ClusterView(cluster, POLICY, clock);
    view.inspected(managed);
    view.learner(state);

    var conditions = view.status(List.of()).conditions();

    assertThat(conditions)
        .filteredOn(c -> c.type().equals("LearnerReady"))
        .flatExtracting(Condition::status, Condition::reason, Condition::message)
        .isEqualTo(condition);
    assertThat(conditions.getFirst().type()).isEqualTo("Ready");
    assertThat(conditions.getFirst().holds()).isTrue();
  }

  static Stream<Arguments> learners() {
    return Stream.of(
        Arguments.of(new LearnerState.Off(), List.of()),
        Arguments.of(new LearnerState.Removed("the claim is kept"), List.of()),
        Arguments.of(
            new LearnerState.InProcess(),
            List.of("True", "InProcess", "the learner runs in the operator's own process")),
        Arguments.of(
            new LearnerState.PodReady("pod shop-learner-0 learns"),
            List.of("True", "PodReady", "pod shop-learner-0 learns")),
        Arguments.of(
            new LearnerState.NotReady("PodNotReady", "no node takes it"),
            List.of("False", "PodNotReady", "no node takes it")));
  }

  @Test
  void sameFactsGiveAnEqualStatus() throws SQLException {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    inspect();
    var actions = List.of(action().entered(HealingPhase.Scheduled, clock.instant()).build());
    var first = status(actions);

    cluster.setStatus(first);
    clock.advance(Duration.ofHours(1));

    assertThat(status(actions)).isEqualTo(first);
  }

  @Test
  void inspectionWithSameFindingsChangesOnlyItsTime() throws SQLException {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    inspect();
    var first = status();
    cluster.setStatus(first);
    clock.advance(Duration.ofHours(1));

    inspect();

    assertThat(status()).isEqualTo(first.toBuilder().lastInspection(ONE).build());
  }

  @Test
  void findingKeepsTheTimeWhenItWasFirstSeen() throws SQLException {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    inspect();
    cluster.setStatus(status());
    clock.advance(Duration.ofHours(1));
    Faults.leftoverOfRebuild(database, "items", "items_id");

    inspect();

    assertThat(status().findings())
        .filteredOn(finding -> finding.detector().equals("InvalidIndex"))
        .extracting(PgClusterStatus.Finding::target, PgClusterStatus.Finding::since)
        .containsExactlyInAnyOrder(
            tuple(database.name() + "/public.orders(orders_id_ccnew)", NOON),
            tuple(database.name() + "/public.items(items_id_ccnew)", ONE));
  }

  @Test
  void findingThatCameBackHasANewTime() throws SQLException {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    inspect();
    cluster.setStatus(status());
    database.execute("DROP TABLE orders");
    inspect();
    cluster.setStatus(status());
    assertThat(cluster.getStatus().findings()).isEmpty();
    clock.advance(Duration.ofHours(1));

    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    inspect();

    assertThat(status().findings())
        .filteredOn(finding -> finding.detector().equals("InvalidIndex"))
        .extracting(PgClusterStatus.Finding::since)
        .containsExactly(ONE);
  }

  @Test
  void findingsMakeAClusterUnhealthy() throws SQLException {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    database.execute("ANALYZE orders");
    inspect();

    var status = status();

    assertThat(status.findingCounts().warning()).isEqualTo(1);
    assertThat(status.healthScore()).isEqualTo(92);
    assertThat(condition(status, "Healthy").holds()).isFalse();
    assertThat(condition(status, "Healthy").message()).contains("orders_id_ccnew");
    assertThat(condition(status, "Ready").holds()).as("being ill is not being broken").isTrue();
  }

  @Test
  void reportsAFailedDetectorAndStaysHealthy() throws SQLException {
    database.execute("CREATE SEQUENCE numbers");
    try (var _ = database.begin("ALTER SEQUENCE numbers RENAME TO others")) {
      inspect();
    }

    var status = status();

    assertThat(condition(status, "Inspected").reason()).isEqualTo("DetectorsFailed");
    assertThat(condition(status, "Inspected").message()).startsWith("1 ");
    assertThat(condition(status, "Healthy").holds()).isTrue();
    assertThat(status.findingCounts().info()).isEqualTo(1);
  }

  @Test
  void infoFindingsAreCountedAndListed() throws SQLException {
    database.execute(
        "CREATE TABLE t (a int, b int)",
        "INSERT INTO t SELECT i, i FROM generate_series(1, 9000) i",
        "CREATE INDEX t_a ON t (a)",
        "CREATE INDEX t_a_b ON t (a, b)");
    Faults.flushStatistics(database);
    database.execute("ANALYZE t");
    inspect();

    var status = status();

    assertThat(status.findingCounts().info()).isEqualTo(1);
    assertThat(status.findings())
        .extracting(PgClusterStatus.Finding::severity)
        .containsExactly(Severity.Info);
  }

  @Test
  void listsTwentyFindingsAndCountsTheRest() throws SQLException {
    for (int i = 0; i < 23; i++) {
      database.execute("CREATE TABLE t%d AS SELECT generate_series(1, 2000) i".formatted(i));
    }
    Faults.flushStatistics(database);
    inspect();

    assertThat(status().findingCounts().warning()).isEqualTo(23);
    assertThat(status().findings()).hasSize(20);
    assertThat(status().findingCounts().notListed()).isEqualTo(3);
  }

  @Test
  void unreachableClusterKeepsItsStatus() throws SQLException {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    inspect();
    var before = status();
    cluster.setStatus(before);
    clock.advance(Duration.ofHours(1));

    var status = build(view -> view.unreachable("Unreachable", "no route to host"), List.of());

    assertThat(status.findings()).isEqualTo(before.findings());
    assertThat(status.serverVersion()).isEqualTo(before.serverVersion());
    assertThat(status.lastInspection()).isEqualTo(NOON);
    assertThat(status.conditions())
        .extracting(
            Condition::type, Condition::status, Condition::reason, Condition::lastTransitionTime)
        .containsExactly(
            tuple("Ready", "False", "Unreachable", ONE),
            tuple("Connected", "False", "Unreachable", ONE),
            tuple("Healthy", "Unknown", "NotConnected", ONE));
  }

  @Test
  void clusterPausedFromTheStartIsUnknown() {
    pause();

    var status = status();

    assertThat(status.conditions())
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(tuple("Ready", "Unknown", "Paused"));
    assertThat(status.healthScore()).isNull();
  }

  @Test
  void pausedClusterKeepsItsLastFindings() throws SQLException {
    inspect();
    pause();

    var status = status();

    assertThat(condition(status, "Ready").holds()).isTrue();
    assertThat(condition(status, "Ready").reason()).isEqualTo("Paused");
    assertThat(status.healthScore()).isEqualTo(100);
  }

  @Test
  void lastActionIsTheOneThatChangedLast() throws SQLException {
    inspect();
    var earlier =
        action("earlier")
            .in(HealingPhase.Succeeded)
            .entered(HealingPhase.Scheduled, "2026-03-04T11:00:00.100Z")
            .entered(HealingPhase.Succeeded, "2026-03-04T11:30:00.100Z");
    var later =
        action("later")
            .in(HealingPhase.Running)
            .entered(HealingPhase.Scheduled, "2026-03-04T10:00:00.100Z")
            .entered(HealingPhase.Running, "2026-03-04T11:45:00.100Z");

    assertThat(status(List.of(later.build(), earlier.build())).lastAction())
        .isEqualTo(new LastAction("later", HealingPhase.Running, "2026-03-04T11:45:00.100Z"));
  }

  @Test
  void comparesTimesWithAndWithoutFractions() throws SQLException {
    // As text it would be: an instant is written without a fraction where there is none.
    inspect();
    var onTheSecond =
        action("earlier")
            .in(HealingPhase.Scheduled)
            .entered(HealingPhase.Scheduled, "2026-03-04T11:00:00Z");
    var within =
        action("later")
            .in(HealingPhase.Running)
            .entered(HealingPhase.Scheduled, "2026-03-04T11:00:00Z")
            .entered(HealingPhase.Running, "2026-03-04T11:00:00.500Z");

    assertThat(status(List.of(onTheSecond.build(), within.build())).lastAction())
        .isEqualTo(new LastAction("later", HealingPhase.Running, "2026-03-04T11:00:00.500Z"));
  }

  @Test
  void lastActionStaysAfterItsRecordIsRemoved() throws SQLException {
    inspect();
    var last =
        action("old").in(HealingPhase.Succeeded).entered(HealingPhase.Succeeded, clock.instant());
    cluster.setStatus(status(List.of(last.build())));

    assertThat(status(List.of()).lastAction().name()).isEqualTo("old");
  }

  private void pause() {
    var spec = cluster.getSpec();
    cluster.setSpec(
        new PgClusterSpec(
            spec.provider(), spec.databases(), true, spec.inspectionInterval(), spec.learner()));
  }

  private void inspect() throws SQLException {
    managed.inspect(
        database.name()::equals,
        InspectionOptions.of(OperatorUnderTest.SMALL_FAULTS_COUNT),
        List.of(),
        Duration.ofSeconds(30),
        "");
  }

  private PgClusterStatus status() {
    return status(List.of());
  }

  private PgClusterStatus status(List<HealingAction> actions) {
    return build(view -> view.inspected(managed), actions);
  }

  private PgClusterStatus build(Consumer<ClusterView> look, List<HealingAction> actions) {
    var view = new ClusterView(cluster, POLICY, clock);
    look.accept(view);
    return view.status(actions);
  }

  private static Condition condition(PgClusterStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
