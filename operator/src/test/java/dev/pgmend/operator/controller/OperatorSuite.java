// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import static dev.pgmend.operator.testing.OperatorUnderTest.patiently;
import static dev.pgmend.operator.testing.OperatorUnderTest.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.ApprovalVia;
import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Selector;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.action.Lifecycle;
import dev.pgmend.operator.learnerpod.LearnerImage;
import dev.pgmend.operator.testing.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the operator does for its users, on a real Postgres and on whichever Kubernetes API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperatorSuite {
  private static final String STATISTICS = "CreateStatistics";
  private static final String REINDEX = "ReindexConcurrently";
  private static final String CREATE = "CreateIndexConcurrently";
  private static final String DROP = "DropIndexConcurrently";

  private KubernetesClient client;
  private OperatorUnderTest operator;
  private TestDatabase database;
  private OperatorUnderTest.Room room;

  abstract KubernetesClient connect();

  abstract void disconnect();

  /** The image of learning pods, where pods can run. */
  abstract Optional<LearnerImage> learnerImage();

  final KubernetesClient client() {
    return client;
  }

  final TestDatabase database() {
    return database;
  }

  final OperatorUnderTest.Room room() {
    return room;
  }

  @BeforeAll
  void startOperator() {
    client = connect();
    operator = new OperatorUnderTest(client, learnerImage());
  }

  @AfterAll
  void stopOperator() {
    operator.close();
    client.close();
    disconnect();
  }

  @BeforeEach
  void makeRoom() {
    database = TestServers.newest().createDatabase();
    room = operator.room();
  }

  @AfterEach
  void clearRoom() {
    room.close();
    database.close();
  }

  @Test
  void repairsVerifiesAndRecordsInModeAuto() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    var before = database.number("SELECT pg_relation_size('orders_id')");

    room.manage(database, mode(PolicyMode.Auto));
    var action = room.awaitPhase(REINDEX, HealingPhase.Succeeded);

    assertThat(database.number("SELECT pg_relation_size('orders_id')")).isLessThan(before / 2);
    var status = Actions.statusOf(action);
    assertThat(status.journal())
        .extracting(entry -> entry.event())
        .containsExactly(JournalEvent.Intended, JournalEvent.Done);
    assertThat(status.attempts()).isEqualTo(1);
    assertThat(status.after().facts()).containsEntry("findingGone", "true");
    assertThat(ready(status.conditions()).holds()).isTrue();
    assertThat(action.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(action.getSpec().clusterRef().uid())
        .isEqualTo(room.cluster().getMetadata().getUid());
    patiently()
        .untilAsserted(() -> assertThat(condition(room.cluster(), "Healthy").holds()).isTrue());
    assertThat(room.cluster().getStatus().healthScore()).isEqualTo(100);
    assertThat(room.cluster().getStatus().lastAction().name())
        .isEqualTo(action.getMetadata().getName());
    assertThat(room.events())
        .filteredOn(e -> e.getInvolvedObject().getName().equals(action.getMetadata().getName()))
        .extracting(e -> e.getReason())
        .contains("Scheduled", "Running", "Verifying", "Succeeded");
  }

  @Test
  void proposesOnlyIfNoPolicySelectsTheCluster() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.secret(database);
    room.cluster(database, spec -> spec);

    var action = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    assertThat(action.getSpec().statements())
        .containsExactly("DROP INDEX CONCURRENTLY IF EXISTS \"public\".\"orders_id_ccnew\"");
    assertThat(Actions.statusOf(action).journal()).isEmpty();
    assertThat(invalidIndexes()).isEqualTo(1);
  }

  @Test
  void runsOnceApproved() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var waiting = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    room.edit(waiting, a -> a.setSpec(a.getSpec().withApproval(Approval.Approved)));

    room.awaitPhase("DropInvalidIndex", HealingPhase.Succeeded);
    assertThat(invalidIndexes()).isZero();
  }

  @Test
  void policyCanApproveByName() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var waiting = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    room.policy("policy", approving(mode(PolicyMode.Recommend), waiting.getMetadata().getName()));

    room.awaitPhase("DropInvalidIndex", HealingPhase.Succeeded);
  }

  @Test
  void deniedRepairIsCancelledAndNotProposedAgain() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var waiting = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    room.edit(waiting, a -> a.setSpec(a.getSpec().withApproval(Approval.Denied)));

    room.awaitPhase("DropInvalidIndex", HealingPhase.Cancelled);
    inspectAgain();
    assertThat(room.actions("DropInvalidIndex")).hasSize(1);
    assertThat(invalidIndexes()).isEqualTo(1);
  }

  @Test
  void forbiddenRepairWaitsForThePolicy() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var waiting = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    room.policy("policy", mode(PolicyMode.Observe));
    patiently()
        .untilAsserted(() ->
            assertThat(Actions.statusOf(room.action("DropInvalidIndex")).reason())
                .isEqualTo(Lifecycle.FORBIDDEN_BY_POLICY));
    room.edit(waiting, a -> a.setSpec(a.getSpec().withApproval(Approval.Approved)));
    inspectAgain();
    assertThat(invalidIndexes()).isEqualTo(1);

    room.policy("policy", mode(PolicyMode.Recommend));
    room.awaitPhase("DropInvalidIndex", HealingPhase.Succeeded);
    assertThat(room.actions("DropInvalidIndex")).hasSize(1);
  }

  @Test
  void proposesNothingInModeObserve() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Observe));

    patiently()
        .untilAsserted(
            () -> assertThat(room.cluster().getStatus().findingCounts().warning()).isEqualTo(1));

    assertThat(room.cluster().getStatus().findings())
        .extracting(finding -> finding.detector())
        .startsWith("IndexBloat");
    assertThat(room.actions()).isEmpty();
  }

  @Test
  void neverInOnePolicyIsStrongerThanAutoInAnother() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    room.policy("careful", with(mode(PolicyMode.Recommend), REINDEX, ActionMode.Never));
    room.manage(database, with(priority(mode(PolicyMode.Auto), 10), REINDEX, ActionMode.Auto));

    patiently()
        .untilAsserted(
            () -> assertThat(room.cluster().getStatus().findingCounts().warning()).isEqualTo(1));

    assertThat(room.actions()).isEmpty();
  }

  @Test
  void dropsRunAutomaticallyOnlyIfAPolicyNamesThem() {
    Faults.duplicateIndexes(database, "orders", "first", "second");
    room.manage(database, mode(PolicyMode.Auto));
    room.awaitPhase(DROP, HealingPhase.AwaitingApproval);

    room.policy("policy", with(mode(PolicyMode.Auto), DROP, ActionMode.Auto));

    room.awaitPhase(DROP, HealingPhase.Succeeded);
    assertThat(indexesOf("orders")).containsExactly("first");
  }

  @Test
  void undoesASucceededActionOnRequest() {
    Faults.duplicateIndexes(database, "orders", "first", "second");
    room.manage(database, with(mode(PolicyMode.Auto), DROP, ActionMode.Auto));
    var done = room.awaitPhase(DROP, HealingPhase.Succeeded);

    room.annotate(done, Annotations.UNDO, "true");

    var undone = room.awaitPhase(DROP, HealingPhase.RolledBack);
    assertThat(indexesOf("orders")).containsExactly("first", "second");
    assertThat(Actions.statusOf(undone).journal())
        .extracting(entry -> entry.event())
        .containsExactly(
            JournalEvent.Intended, JournalEvent.Done, JournalEvent.Undoing, JournalEvent.Undone);
    inspectAgain();
    assertThat(room.actions(DROP)).as("an undone repair is not proposed again").hasSize(1);
  }

  @Test
  void undoesWhatTookEffectBeforeAFailure() {
    database.execute(
        """
        CREATE TABLE places AS
          SELECT i AS id, 't' || i % 100 AS town, i % 100 AS postcode
            FROM generate_series(1, 20000) i
        """,
        // ANALYZE fails once there are the statistics that it is to fill.
        """
        CREATE FUNCTION no_more(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT FROM pg_catalog.pg_statistic_ext
                      WHERE stxrelid = 'public.places'::pg_catalog.regclass) THEN
            RAISE 'not today';
          END IF;
          RETURN id;
        END $$
        """,
        "CREATE INDEX ON places (no_more(id))",
        "ANALYZE places",
        "SELECT * FROM places WHERE town = 't1' AND postcode = 1");
    room.manage(database, mode(PolicyMode.Auto));

    var undone = room.awaitPhase(STATISTICS, HealingPhase.RolledBack);

    assertThat(database.number("SELECT count(*) FROM pg_statistic_ext")).isZero();
    assertThat(Actions.statusOf(undone).journal())
        .extracting(entry -> entry.event())
        .startsWith(
            JournalEvent.Intended, JournalEvent.Done, JournalEvent.Intended, JournalEvent.Failed)
        .endsWith(JournalEvent.Undone);
  }

  @Test
  void findingThatComesBackGetsANewRecord() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Auto));
    var first = room.awaitPhase(REINDEX, HealingPhase.Succeeded);
    patiently()
        .untilAsserted(() -> assertThat(condition(room.cluster(), "Healthy").holds()).isTrue());

    database.execute(
        "INSERT INTO orders SELECT i, 'n' FROM generate_series(1, 20000) i",
        "DELETE FROM orders WHERE id % 10 <> 0",
        "VACUUM ANALYZE orders");
    room.annotateCluster(Annotations.INSPECT, "now");

    var next = HealingActionNames.next(first.getMetadata().getName());
    patiently()
        .untilAsserted(() ->
            assertThat(room.actions())
                .extracting(a -> a.getMetadata().getName() + " " + Actions.phaseOf(a))
                .contains(next + " Succeeded"));
  }

  @Test
  void actionExpiresWhenItsFindingIsGone() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    database.execute("DROP INDEX orders_id_ccnew");
    room.annotateCluster(Annotations.INSPECT, "now");

    room.awaitPhase("DropInvalidIndex", HealingPhase.Expired);
  }

  @Test
  void doesNotRunStatementsOfAForgedRecord() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var honest = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    var spec = honest.getSpec();
    var forged = new HealingAction();
    forged.setMetadata(
        new ObjectMetaBuilder().withName("forged").withNamespace(room.namespace()).build());
    forged.setSpec(
        new HealingActionSpec(
            spec.clusterRef(),
            spec.type(),
            spec.target(),
            spec.finding(),
            List.of("DROP TABLE orders"),
            List.of(),
            null,
            null,
            Approval.Approved));
    room.apply(forged);

    patiently()
        .untilAsserted(() ->
            assertThat(room.actions())
                .extracting(a -> a.getMetadata().getName() + " " + Actions.phaseOf(a))
                .contains("forged Superseded"));
    assertThat(database.number("SELECT count(*) FROM orders")).isEqualTo(Faults.ROWS);
  }

  @Test
  void approvalFromTheCreatorDoesNotCount() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var honest = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);
    var again = HealingActionNames.next(honest.getMetadata().getName());
    var own = new HealingAction();
    own.setMetadata(
        new ObjectMetaBuilder().withName(again).withNamespace(room.namespace()).build());
    own.setSpec(honest.getSpec().withApproval(Approval.Approved));
    room.apply(own);

    patiently()
        .untilAsserted(() -> {
          var status = Actions.statusOf(client.resource(own).get());
          assertThat(status.phase()).isEqualTo(HealingPhase.AwaitingApproval);
          assertThat(status.message()).contains("when the action was created", "approvals");
        });
    assertThat(invalidIndexes()).isEqualTo(1);

    room.edit(own, a -> a.setSpec(a.getSpec().withApproval(null)));
    room.edit(own, a -> a.setSpec(a.getSpec().withApproval(Approval.Approved)));

    patiently()
        .untilAsserted(() ->
            assertThat(Actions.phaseOf(client.resource(own).get()))
                .isEqualTo(HealingPhase.Succeeded));
    assertThat(invalidIndexes()).isZero();
  }

  @Test
  void oneActionRunsInAClusterAtATime() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    Faults.bloatedIndex(database, "items", "items_id");
    Faults.foreignKeyWithoutIndex(database, "parents", "children");
    room.manage(database, mode(PolicyMode.Auto));

    patiently()
        .untilAsserted(() -> {
          assertThat(
                  room.actions().stream().filter(a -> Actions.phaseOf(a) == HealingPhase.Running))
              .hasSizeLessThanOrEqualTo(1);
          assertThat(room.actions())
              .hasSizeGreaterThanOrEqualTo(3)
              .allMatch(a -> Actions.phaseOf(a) == HealingPhase.Succeeded);
        });
    var spans =
        room.actions().stream()
            .map(a -> Actions.statusOf(a).timesOrDefault())
            .sorted(Comparator.comparing(t -> t.startedAt()))
            .toList();
    for (int i = 1; i < spans.size(); i++) {
      assertThat(spans.get(i).startedAt()).isGreaterThanOrEqualTo(spans.get(i - 1).verifyingAt());
    }
  }

  @Test
  void waitsForItsWindowAndNamesIt() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    // The 29th of February is not today, nor in any year's test run at midnight for a minute.
    room.manage(
        database,
        window(mode(PolicyMode.Auto), new TuningPolicySpec.Window("0 0 29 2 *", "1m", null)));

    patiently()
        .untilAsserted(() -> {
          var status = Actions.statusOf(room.action(REINDEX));
          assertThat(status.reason()).isEqualTo("WaitingForWindow");
          assertThat(status.message()).contains("-02-29T00:00:00Z");
        });
  }

  @Test
  void guardHoldsAnActionUntilItsConditionEnds() {
    Faults.foreignKeyWithoutIndex(database, "parents", "children");
    room.manage(database, mode(PolicyMode.Recommend));
    var waiting = room.awaitPhase(CREATE, HealingPhase.AwaitingApproval);
    try (var _ = database.begin("LOCK TABLE children IN ACCESS SHARE MODE")) {
      var waiter =
          database.inBackground("BEGIN; LOCK TABLE children IN ACCESS EXCLUSIVE MODE; COMMIT");
      patiently()
          .until(() -> database.isTrue("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"));

      room.edit(waiting, a -> a.setSpec(a.getSpec().withApproval(Approval.Approved)));

      patiently()
          .untilAsserted(() ->
              assertThat(Actions.statusOf(room.action(CREATE)).reason())
                  .isEqualTo("WaitingForLockQueueClear"));
      assertThat(Actions.statusOf(room.action(CREATE)).journal()).isEmpty();
      assertThat(waiter).isNotDone();
    }
    room.awaitPhase(CREATE, HealingPhase.Succeeded);
  }

  @Test
  void holdsRepairsWhileTheOwnerIsBusy() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var waiting = room.awaitPhase(REINDEX, HealingPhase.AwaitingApproval);
    room.annotateCluster(Annotations.OWNER_BUSY, "switchover");
    room.edit(waiting, a -> a.setSpec(a.getSpec().withApproval(Approval.Approved)));
    patiently()
        .untilAsserted(() ->
            assertThat(Actions.statusOf(room.action(REINDEX)))
                .satisfies(status -> {
                  assertThat(status.reason()).isEqualTo("WaitingForOwnerNotBusy");
                  assertThat(status.message()).contains("switchover");
                }));

    room.annotateCluster(Annotations.OWNER_BUSY, "");

    room.awaitPhase(REINDEX, HealingPhase.Succeeded);
  }

  @Test
  void doesNotInspectAPausedCluster() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    room.policy("policy", mode(PolicyMode.Auto));
    room.secret(database);
    room.cluster(
        database, spec -> new PgClusterSpec(spec.provider(), spec.databases(), true, "1h", null));

    patiently()
        .untilAsserted(() ->
            assertThat(condition(room.cluster(), Condition.READY).reason()).isEqualTo("Paused"));

    assertThat(room.actions()).isEmpty();
  }

  @Test
  void pausingAClusterStopsItsRepairAndCleansUp() {
    Faults.foreignKeyWithoutIndex(database, "parents", "children");
    try (var _ = database.begin("UPDATE children SET id = -1 WHERE id = 1")) {
      room.manage(database, mode(PolicyMode.Auto));
      // The build has begun, and waits for the transaction.
      patiently().until(() -> invalidIndexes() == 1);

      room.pause(true);

      patiently()
          .untilAsserted(() ->
              assertThat(Actions.statusOf(room.action(CREATE)).journal())
                  .extracting(entry -> entry.event())
                  .containsExactly(JournalEvent.Intended, JournalEvent.Failed));
    }
    // Dropping the invalid index had to wait for the same transaction.
    room.awaitPhase(CREATE, HealingPhase.Scheduled);
    assertThat(invalidIndexes()).isZero();
    assertThat(Actions.statusOf(room.action(CREATE)).journal().getLast().event())
        .isEqualTo(JournalEvent.CleanedUp);

    room.pause(false);
    room.awaitPhase(CREATE, HealingPhase.Succeeded);
    assertThat(Actions.statusOf(room.action(CREATE)).attemptsOrDefault())
        .as("what a user stopped does not count")
        .isEqualTo(1);
  }

  @Test
  void deletingAClusterKeepsItsRecordsAndCancelsWhatHasNotBegun() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var old = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);

    client.resource(room.cluster()).delete();

    var cancelled = room.awaitPhase("DropInvalidIndex", HealingPhase.Cancelled);
    assertThat(Actions.statusOf(cancelled).reason()).isEqualTo("ClusterDeleted");
    assertThat(invalidIndexes()).isEqualTo(1);

    patiently().until(() -> room.cluster() == null);
    room.cluster(database, spec -> spec);

    var again = HealingActionNames.next(old.getMetadata().getName());
    patiently()
        .untilAsserted(() ->
            assertThat(room.actions("DropInvalidIndex"))
                .extracting(a -> a.getMetadata().getName() + " " + Actions.phaseOf(a))
                .containsExactlyInAnyOrder(
                    old.getMetadata().getName() + " Cancelled", again + " AwaitingApproval"));
  }

  @Test
  void recordsTheApprovalOfARepair() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    var waiting = room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);
    assertThat(Actions.statusOf(waiting).approval()).isNull();

    room.edit(waiting, a -> a.setSpec(a.getSpec().withApproval(Approval.Approved)));

    var done = room.awaitPhase("DropInvalidIndex", HealingPhase.Succeeded);
    assertThat(Actions.statusOf(done).approval())
        .satisfies(approval -> assertThat(approval.via()).isEqualTo(ApprovalVia.SpecApproval));
  }

  @Test
  void undoThatCannotTakeEffectIsAConditionAndAnEvent() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Auto));
    var done = room.awaitPhase("DropInvalidIndex", HealingPhase.Succeeded);

    room.annotate(done, Annotations.UNDO, "true");

    patiently()
        .untilAsserted(() ->
            assertThat(Actions.statusOf(room.action("DropInvalidIndex")).conditions())
                .filteredOn(c -> c.type().equals("UndoAccepted"))
                .singleElement()
                .satisfies(c -> {
                  assertThat(c.holds()).isFalse();
                  assertThat(c.reason()).isEqualTo("NothingToUndo");
                }));
    assertThat(room.events()).extracting(e -> e.getReason()).containsOnlyOnce("NothingToUndo");
    assertThat(Actions.phaseOf(room.action("DropInvalidIndex"))).isEqualTo(HealingPhase.Succeeded);
  }

  @Test
  void newAndResolvedFindingsAreEventsOfTheCluster() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Auto));
    room.awaitPhase("DropInvalidIndex", HealingPhase.Succeeded);

    patiently()
        .untilAsserted(() ->
            assertThat(room.events())
                .filteredOn(e -> e.getInvolvedObject().getKind().equals(PgCluster.KIND))
                .extracting(e -> e.getReason())
                .contains("FindingOpened", "FindingResolved"));
  }

  @Test
  void forgetsADeletedCluster() {
    room.manage(database, mode(PolicyMode.Observe));
    patiently().until(() -> condition(room.cluster(), Condition.READY).holds());
    assertThat(operator.gaugesOf(room)).isNotEmpty();

    client.resource(room.cluster()).delete();

    patiently().until(() -> operator.gaugesOf(room).isEmpty());
  }

  @Test
  void namesAMissingSecretAndContinuesOnceItExists() {
    room.policy("policy", mode(PolicyMode.Auto));
    room.cluster(database, spec -> spec);
    patiently()
        .untilAsserted(() -> {
          var ready = condition(room.cluster(), Condition.READY);
          assertThat(ready.status()).isEqualTo(Condition.FALSE);
          assertThat(ready.reason()).isEqualTo("SecretNotFound");
          assertThat(ready.message()).contains("shop").contains(room.namespace());
        });

    room.secret(database);

    patiently()
        .untilAsserted(
            () -> assertThat(condition(room.cluster(), Condition.READY).holds()).isTrue());
  }

  @Test
  void invalidPolicyRunsNothingAutomatically() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, with(mode(PolicyMode.Auto), "ReindexConcurently", ActionMode.Never));

    room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);
    var ready = ready(room.policy("policy").getStatus().conditions());
    assertThat(ready.status()).isEqualTo(Condition.FALSE);
    assertThat(ready.message()).contains("ReindexConcurently").contains(REINDEX);
    assertThat(room.policy("policy").getStatus().clusters()).containsExactly("shop");
  }

  @Test
  void reconcilingWithoutChangeWritesNothing() {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    room.manage(database, mode(PolicyMode.Recommend));
    room.awaitPhase("DropInvalidIndex", HealingPhase.AwaitingApproval);
    patiently()
        .untilAsserted(() ->
            assertThat(room.cluster().getStatus().lastAction().phase())
                .isEqualTo(HealingPhase.AwaitingApproval));
    patiently()
        .untilAsserted(() ->
            assertThat(Actions.statusOf(room.action("DropInvalidIndex")).reason())
                .isEqualTo("AwaitingApproval"));
    var versions = versions();
    var passes = passes();

    // Another policy that selects nothing here makes all of them be looked at again.
    for (int i = 0; i < 3; i++) {
      room.policy(
          "elsewhere-" + i,
          new TuningPolicySpec(
              Selector.label("env", "elsewhere"),
              i,
              null,
              Map.of(),
              Map.of(),
              null,
              List.of(),
              null,
              null,
              List.of()));
      var least = passes + 2 * (i + 1);
      patiently().until(() -> passes() >= least);
    }

    assertThat(versions()).isEqualTo(versions);
  }

  private double passes() {
    return Stream.of("PgCluster", "HealingAction")
        .flatMap(kind ->
            operator.registry().find("operator.sdk.reconciliations.success").counters().stream()
                .filter(c -> c.getId().getTags().toString().contains(kind)))
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private List<String> versions() {
    return Stream.<HasMetadata>concat(
            Stream.of(room.cluster(), room.policy("policy")), room.actions().stream())
        .map(r -> r.getMetadata().getName() + "@" + r.getMetadata().getResourceVersion())
        .toList();
  }

  private void inspectAgain() {
    var before = room.cluster().getStatus().lastInspection();
    patiently()
        .until(() -> {
          room.annotateCluster(Annotations.INSPECT, UUID.randomUUID().toString());
          return !before.equals(room.cluster().getStatus().lastInspection());
        });
  }

  private long invalidIndexes() {
    return database.number("SELECT count(*) FROM pg_index WHERE NOT indisvalid");
  }

  private List<String> indexesOf(String table) {
    return database.texts(
        "SELECT indexname FROM pg_indexes WHERE tablename = '%s' ORDER BY 1".formatted(table));
  }

  static Condition condition(PgCluster cluster, String type) {
    return cluster.getStatus().conditions().stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private static Condition ready(List<Condition> conditions) {
    return conditions.stream()
        .filter(c -> c.type().equals(Condition.READY))
        .findFirst()
        .orElseThrow();
  }

  static TuningPolicySpec mode(PolicyMode mode) {
    return policy(spec -> spec.withMode(mode));
  }

  private static TuningPolicySpec with(TuningPolicySpec spec, String type, ActionMode mode) {
    return copy(spec, spec.priority(), Map.of(type, mode), spec.windows(), spec.approvals());
  }

  private static TuningPolicySpec priority(TuningPolicySpec spec, int priority) {
    return copy(spec, priority, spec.actions(), spec.windows(), spec.approvals());
  }

  private static TuningPolicySpec window(TuningPolicySpec spec, TuningPolicySpec.Window window) {
    return copy(spec, spec.priority(), spec.actions(), List.of(window), spec.approvals());
  }

  static TuningPolicySpec approving(TuningPolicySpec spec, String name) {
    return copy(spec, spec.priority(), spec.actions(), spec.windows(), List.of(name));
  }

  private static TuningPolicySpec copy(
      TuningPolicySpec spec,
      Integer priority,
      Map<String, ActionMode> actions,
      List<TuningPolicySpec.Window> windows,
      List<String> approvals) {
    return new TuningPolicySpec(
        spec.selector(),
        priority,
        spec.mode(),
        actions,
        spec.thresholds(),
        spec.parameters(),
        windows,
        spec.budget(),
        spec.verification(),
        approvals);
  }
}
