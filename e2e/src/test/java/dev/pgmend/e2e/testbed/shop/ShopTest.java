// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.e2e.testbed.workload.Workload;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.learner.advice.WorkloadAdvice;
import dev.pgmend.learner.app.Advised;
import dev.pgmend.learner.app.Learning;
import dev.pgmend.learner.workload.WorkloadSampler;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A small shop, from its opening to the repair of its faults. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShopTest {
  private static final double SCALE = 0.025;
  private static final long SEED = 7;

  /** Includes the statements that load the shop, which take most of the time. */
  private static final int MAX_STATEMENTS = 100;

  @TempDir private static Path directory;
  private static ShopServer server;
  private static final Ledger LEDGER = new Ledger();

  @BeforeAll
  static void loadAShop() throws Exception {
    server = ShopServer.start(directory);
    try (var connection = server.owner().connect("test")) {
      new ShopLoader(connection, SCALE, SEED, _ -> {}).load();
      LEDGER.open(connection);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  @Order(1)
  void serverIsDurable() throws Exception {
    assertThat(text("SHOW fsync")).isEqualTo("on");
    assertThat(text("SHOW synchronous_commit")).isEqualTo("on");
    assertThat(text("SHOW full_page_writes")).isEqualTo("on");
  }

  @Test
  @Order(2)
  void pgmendsRoleIsNotASuperuser() throws Exception {
    assertThat(
            text(
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles"
                    + " WHERE rolname = 'pgmend'"))
        .isEqualTo("f");
  }

  @Test
  @Order(3)
  void isHealthyInTheBeginning() throws Exception {
    assertThat(findings()).isEmpty();
    for (var fault : ShopFault.values()) {
      assertThat(isGone(fault)).as(fault.title()).isTrue();
    }
  }

  @Test
  @Order(4)
  void losesNoRowWhileFaultsAreInjectedUnderLoad() throws Exception {
    var breaker = new Breaker(server.owner(), LEDGER, SEED);
    try (var workload = Workload.start(server.owner(), LEDGER, SEED)) {
      for (var fault : ShopFault.values()) {
        breaker.inject(fault);
      }
      Awaitility.await().until(() -> workload.sample().requests() > 300);
    }
    try (var connection = server.owner().connect("test")) {
      assertThat(LEDGER.compare(connection))
          .hasSize(Book.values().length)
          .allMatch(Ledger.Comparison::agrees);
    }
  }

  @Test
  @Order(5)
  void inspectionFindsExactlyTheCatalogFaults() throws Exception {
    var expected =
        Arrays.stream(ShopFault.values())
            .filter(fault -> !fault.isLearned())
            .map(fault -> fault.detector() + " " + fault.target());
    assertThat(findings())
        .extracting(finding -> finding.detector() + " " + finding.target())
        .containsExactlyInAnyOrderElementsOf(expected.toList());
    assertThat(findings())
        .extracting(finding -> finding.severity().name().toLowerCase(Locale.ROOT))
        .containsOnly("warning");
    for (var fault : ShopFault.values()) {
      assertThat(isGone(fault)).as(fault.title()).isFalse();
    }
  }

  @Test
  @Order(6)
  void learnerFindsTheSlowStatementAndNothingElse() throws Exception {
    assertThat(advised())
        .anyMatch(f -> ShopFault.SLOW_STATEMENT.matches(f.detector(), f.target().toString()))
        .allMatch(f ->
            Arrays.stream(ShopFault.values())
                .anyMatch(fault -> fault.matches(f.detector(), f.target().toString())));
  }

  @Test
  @Order(7)
  void plannedRepairsFixTheFaults() throws Exception {
    for (var sql : plans().stream().flatMap(plan -> plan.statements().stream()).toList()) {
      try (var connection = server.operatorLogin().connect("test");
          var statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }
    for (var fault : ShopFault.values()) {
      assertThat(isGone(fault)).as(fault.title()).isTrue();
    }
    assertThat(findings()).isEmpty();
  }

  @Test
  @Order(8)
  void ledgerDetectsALostRow() throws Exception {
    try (var connection = server.owner().connect("test")) {
      try (var statement = connection.createStatement()) {
        statement.execute("DELETE FROM lineitem WHERE l_id = (SELECT min(l_id) FROM lineitem)");
      }
      assertThat(LEDGER.compare(connection))
          .filteredOn(comparison -> !comparison.agrees())
          .singleElement()
          .satisfies(comparison -> {
            assertThat(comparison.book()).isEqualTo(Book.LINEITEM);
            assertThat(comparison.rowsLost()).isEqualTo(1);
          });
    }
  }

  private static List<RepairPlan> plans() throws SQLException {
    var slow = advised().stream().filter(f -> f.target().relation().equals("tickets"));
    return Stream.concat(findings().stream(), slow)
        .map(finding -> Repairs.planFor(finding).orElseThrow())
        .toList();
  }

  /** What the learner would propose after sampling the workload so far. */
  private static List<Finding> advised() throws SQLException {
    var spec = spec();
    try (var session = new Server(spec).open(Purpose.INSPECT, "test", spec.database())) {
      var facts = ServerFacts.read(session);
      var sample = new WorkloadSampler(Clock.systemUTC()).look(session, facts).orElseThrow();
      var times = Learning.untaught().times();
      return WorkloadAdvice.of(session, facts, sample, times, MAX_STATEMENTS).diagnoses().stream()
          .flatMap(diagnosis -> Advised.finding(spec.database(), diagnosis).stream())
          .toList();
    }
  }

  /** Findings above Info. */
  private static List<Finding> findings() throws SQLException {
    return new Inspector(new Server(spec()), new Memory())
            .inspect(spec().database(), InspectionOptions.DEFAULTS, Duration.ofSeconds(30))
            .findings()
            .stream()
            .filter(finding -> finding.severity() != Severity.INFO)
            .toList();
  }

  private static ConnectionSpec spec() {
    var login = server.operatorLogin();
    return new ConnectionSpec(
        login.host(), login.port(), login.database(), login.user(), login.password(), Map.of());
  }

  private static boolean isGone(ShopFault fault) throws SQLException {
    try (var connection = server.owner().connect("test")) {
      return FaultCheck.isGone(connection, fault);
    }
  }

  private static String text(String query) throws SQLException {
    try (var connection = server.owner().connect("test");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
