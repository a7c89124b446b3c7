// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.api.v1alpha1.Selector;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.e2e.chart.Chart;
import dev.pgmend.e2e.testbed.operator.OperatorCommand;
import dev.pgmend.e2e.testbed.operator.OperatorProcess;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import dev.pgmend.operator.action.Actions;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills the operator at every step of every repair and starts it again each time. The result must
 * equal that of an operator that was never killed.
 */
class CrashTest {
  private static final Path JAR =
      Path.of(
          System.getProperty(
              "pgmend.operator.jar", "../operator/target/quarkus-app/quarkus-run.jar"));
  private static final String NAMESPACE = "default";
  private static final Duration MAX_SHUTDOWN = Duration.ofSeconds(10);

  /** How the operator's process ends. */
  enum Ending {
    KILLED,
    STOPPED;

    void end(OperatorProcess operator) {
      switch (this) {
        case KILLED -> operator.kill();
        case STOPPED -> operator.stop(MAX_SHUTDOWN);
      }
    }
  }

  @TempDir private Path directory;
  private final KillingApi api = new KillingApi();
  private final KubernetesClient client = api.client();
  private final AtomicReference<OperatorProcess> operator = new AtomicReference<>();
  private TestDatabase database;

  @BeforeEach
  void prepare() {
    database = TestServers.newest().createDatabase();
  }

  @AfterEach
  void clean() {
    operator.get().kill();
    client.close();
    api.close();
    database.close();
  }

  @Test
  void runsEachStatementOnceAndLeavesNothingBehindWhenKilledAtEachStep() throws IOException {
    Faults.bloatedIndex(database, "orders", "orders_id");
    Faults.failedBuild(database, "bills", "bills_id");
    Faults.leftoverOfRebuild(database, "items", "items_id");
    Faults.duplicateIndexes(database, "tags", "tags_first", "tags_second");
    Faults.foreignKeyWithoutIndex(database, "people", "visits");
    Faults.staleStatistics(database, "events");
    // Only the last of these tables must be stale.
    database.execute("ANALYZE orders, bills, items, tags, people, visits");
    database.execute("SELECT pg_stat_statements_reset()");
    createResources();

    keepRunningUntil(() ->
        assertThat(states())
            .hasSize(6)
            .allSatisfy(state -> assertThat(state).contains("Succeeded")));
    annotate("DropIndexConcurrently", Annotations.UNDO);
    keepRunningUntil(
        () -> assertThat(phase("DropIndexConcurrently")).isEqualTo(HealingPhase.RolledBack));

    assertThat(api.kills()).isEqualTo(everyStepOfEveryAction());
    var chart = Chart.render("learner: {image: {repository: ''}}");
    var rules = new ArrayList<>(chart.operatorRules());
    rules.addAll(chart.role("pgmend-memory").getRules());
    assertThat(api.accesses())
        .as("what the operator asks for, and the chart allows")
        .isNotEmpty()
        .allMatch(access -> access.isAllowedBy(rules));
    for (var action : actions()) {
      for (var statement : action.getSpec().statements()) {
        assertThat(timesRun(statement)).as(statement).isEqualTo(1);
      }
      assertThat(Actions.statusOf(action).journal())
          .filteredOn(entry -> entry.event() == JournalEvent.Done)
          .as(action.getMetadata().getName())
          .hasSize(1);
    }
    assertThat(database.texts("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
        .isEmpty();
    assertThat(
            database.texts("SELECT indexname FROM pg_indexes WHERE tablename = 'tags' ORDER BY 1"))
        .containsExactly("tags_first", "tags_second");
    assertThat(database.number("SELECT count(*) FROM events")).isEqualTo(Faults.ROWS);
  }

  @ParameterizedTest
  @EnumSource
  void waitsForBuildThatOutlivesTheOperator(Ending ending) throws IOException {
    Faults.foreignKeyWithoutIndex(database, "people", "visits");
    database.execute("ANALYZE people, visits");
    database.execute("SELECT pg_stat_statements_reset()");
    createResources();
    // The other test kills the operator at each step.
    api.victim(() -> {});
    startOperator();
    try (var _ = database.begin("UPDATE visits SET id = -1 WHERE id = 1")) {
      patiently().until(() -> backends() == 1);
      var before = database.text(backend("pid"));
      ending.end(operator.get());
      assertThat(journal()).containsExactly(JournalEvent.Intended);
      startOperator();
      patiently()
          .untilAsserted(() ->
              assertThat(
                      database.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE"
                              + " 'pgmend/%/watch' AND datname = current_database()"))
                  .isPositive());
      assertThat(database.text(backend("pid"))).as("still the same backend").isEqualTo(before);
    }
    patiently()
        .untilAsserted(() ->
            assertThat(states())
                .hasSize(1)
                .allSatisfy(state -> assertThat(state).contains("Succeeded")));

    assertThat(journal()).containsExactly(JournalEvent.Intended, JournalEvent.Done);
    assertThat(timesRun(actions().getFirst().getSpec().statements().getFirst())).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).isZero();
  }

  /** Starts the operator again whenever it was killed, until the assertion holds. */
  private void keepRunningUntil(Runnable assertion) {
    api.victim(() -> operator.get().kill());
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> {
          if (operator.get() == null || !operator.get().isAlive()) {
            startOperator();
          }
          assertion.run();
        });
  }

  private void startOperator() throws IOException {
    var kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {token: "%s"}}]
        contexts: [{name: x, context: {cluster: c, user: u, namespace: default}}]
        current-context: x
        """
            .formatted(api.url(), KillingApi.OPERATOR_TOKEN));
    var log = directory.resolve("log");
    operator.set(
        OperatorProcess.start(
            OperatorCommand.inCluster(JAR, kubeconfig), log, line -> append(log, line)));
  }

  private static void append(Path log, String line) {
    try {
      Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void createResources() {
    var spec = database.spec();
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("shop")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToStringData("uri", database.url())
                .build())
        .create();
    var cluster = new PgCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace(NAMESPACE)
            .withLabels(Map.of("env", "test"))
            .build());
    cluster.setSpec(
        new PgClusterSpec(
            Provider.connection("shop"),
            new PgClusterSpec.Databases(List.of(spec.database()), List.of()),
            null,
            "1h",
            null));
    client.resource(cluster).create();
    var policy = new TuningPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withName("auto").withNamespace(NAMESPACE).build());
    policy.setSpec(
        new TuningPolicySpec(
            Selector.label("env", "test"),
            null,
            PolicyMode.Auto,
            Map.of("DropIndexConcurrently", ActionMode.Auto),
            Map.of(
                "IndexBloat.minSaving", "100Ki",
                "DuplicateIndex.minSize", "100Ki",
                "MissingForeignKeyIndex.minTableSize", "100Ki"),
            null,
            List.of(),
            null,
            new TuningPolicySpec.Verification("1s", null, null, null),
            List.of()));
    client.resource(policy).create();
  }

  private List<HealingAction> actions() {
    return client.resources(HealingAction.class).inNamespace(NAMESPACE).list().getItems();
  }

  /** The journal of the only action. */
  private List<JournalEvent> journal() {
    return Actions.statusOf(actions().getFirst()).journal().stream()
        .map(entry -> entry.event())
        .toList();
  }

  private List<String> states() {
    return actions().stream()
        .map(action -> {
          var status = Actions.statusOf(action);
          return "%s %s %s: %s"
              .formatted(
                  action.getMetadata().getName(),
                  status.phaseOrDefault(),
                  status.reason(),
                  status.message());
        })
        .toList();
  }

  private HealingAction action(String type) {
    return actions().stream()
        .filter(action -> action.getSpec().type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private HealingPhase phase(String type) {
    return Actions.phaseOf(action(type));
  }

  private void annotate(String type, String annotation) {
    client
        .resource(action(type))
        .edit(live -> {
          live.getMetadata().setAnnotations(Map.of(annotation, "true"));
          return live;
        });
  }

  private Set<String> everyStepOfEveryAction() {
    var steps = new TreeSet<String>();
    for (var action : actions()) {
      var name = action.getMetadata().getName();
      var events =
          action.getSpec().type().equals("DropIndexConcurrently")
              ? List.of("Intended", "Done", "Undoing", "Undone")
              : List.of("Intended", "Done");
      for (var event : events) {
        steps.add(name + " " + event + " before");
        steps.add(name + " " + event + " after");
      }
    }
    return steps;
  }

  private long timesRun(String statement) {
    return database.number(
        "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE dbid = (SELECT oid FROM"
            + " pg_database WHERE datname = current_database()) AND position($q$%s$q$ IN query) > 0"
                .formatted(statement)
            + " AND query NOT LIKE '%pg_stat_statements%'");
  }

  private long backends() {
    return database.number(backend("count(*)"));
  }

  private static String backend(String what) {
    return "SELECT %s FROM pg_stat_activity WHERE application_name ~ '^pgmend/[0-9a-f-]{36}$'"
            .formatted(what)
        + " AND datname = current_database() AND query LIKE '%CREATE INDEX CONCURRENTLY%'";
  }

  private static ConditionFactory patiently() {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions();
  }
}
