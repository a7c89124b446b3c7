// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.crash;

import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.detect.SettingPolicy;
import dev.pgmend.healing.detect.index.DuplicateIndex;
import dev.pgmend.healing.detect.index.IndexBloat;
import dev.pgmend.healing.detect.index.InvalidIndex;
import dev.pgmend.healing.detect.index.MissingForeignKeyIndex;
import dev.pgmend.healing.detect.integrity.CollationDrift;
import dev.pgmend.healing.detect.server.BlockingSession;
import dev.pgmend.healing.detect.setting.SettingDrift;
import dev.pgmend.healing.detect.statistics.CorrelatedColumns;
import dev.pgmend.healing.detect.statistics.StaleStatistics;
import dev.pgmend.healing.detect.table.AutovacuumLag;
import dev.pgmend.healing.detect.table.SequenceExhaustion;
import dev.pgmend.healing.detect.table.TableBloat;
import dev.pgmend.healing.detect.table.Wraparound;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.AlterSequenceType;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.CreateIndexConcurrently;
import dev.pgmend.healing.repair.CreateStatistics;
import dev.pgmend.healing.repair.DropIndexConcurrently;
import dev.pgmend.healing.repair.DropInvalidIndex;
import dev.pgmend.healing.repair.RefreshCollation;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.ResetParameter;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.repair.SetStatisticsTarget;
import dev.pgmend.healing.repair.TerminateBackend;
import dev.pgmend.healing.repair.TuneAutovacuum;
import dev.pgmend.healing.repair.Vacuum;
import dev.pgmend.healing.repair.VacuumFreeze;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.OpenTransaction;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * One fault at least for each repair: how it comes about. What must hold in the end is the same for
 * all, see {@link Picture}.
 *
 * <p>All lie on one server at a time, so what is of the whole server differs from case to case.
 */
enum CrashCase {
  SEQUENCE_NEAR_ITS_END(SequenceExhaustion.NAME, AlterSequenceType.TYPE),
  TABLE_NEVER_ANALYZED(StaleStatistics.NAME, Analyze.TYPE),
  FOREIGN_KEY_WITHOUT_INDEX(MissingForeignKeyIndex.NAME, CreateIndexConcurrently.TYPE),
  DEPENDENT_COLUMNS(CorrelatedColumns.NAME, CreateStatistics.TYPE),
  DUPLICATE_INDEX(DuplicateIndex.NAME, DropIndexConcurrently.TYPE),
  LEFTOVER_OF_A_REBUILD(InvalidIndex.NAME, DropInvalidIndex.TYPE),
  COLLATION_OF_ANOTHER_VERSION(CollationDrift.NAME, RefreshCollation.TYPE),
  BLOATED_INDEX(IndexBloat.NAME, ReindexConcurrently.TYPE),
  SETTING_HIDDEN_BY_ALTER_SYSTEM(SettingDrift.NAME, ResetParameter.TYPE, "autovacuum_naptime"),
  SETTING_AT_ITS_DEFAULT(SettingDrift.NAME, SetParameter.TYPE, "bgwriter_delay"),
  SETTING_CHANGED_BY_ALTER_SYSTEM(SettingDrift.NAME, SetParameter.TYPE, "bgwriter_lru_maxpages"),
  SETTING_CHANGED_FOR_THE_DATABASE(SettingDrift.NAME, SetParameter.TYPE, "work_mem"),
  STATISTICS_TOO_COARSE(CorrelatedColumns.NAME, SetStatisticsTarget.TYPE),
  TRANSACTION_LEFT_OPEN(BlockingSession.NAME, TerminateBackend.TYPE),
  NUMBER_OF_A_SESSION_GIVEN_ANEW(BlockingSession.NAME, TerminateBackend.TYPE),
  AUTOVACUUM_OFF(AutovacuumLag.NAME, TuneAutovacuum.TYPE),
  DEAD_ROWS(TableBloat.NAME, Vacuum.TYPE),
  OLD_ROWS(Wraparound.NAME, VacuumFreeze.TYPE);

  /** At which faults as small and young as these are found. */
  private static final InspectionOptions THRESHOLDS =
      InspectionOptions.of(
              Map.ofEntries(
                  Map.entry("AutovacuumLag.minDeadRows", "1000"),
                  Map.entry("BlockingSession.warnIdleInTransaction", "0s"),
                  Map.entry("DuplicateIndex.minSize", "0"),
                  Map.entry("IndexBloat.minSaving", "100Ki"),
                  Map.entry("MissingForeignKeyIndex.minTableSize", "0"),
                  Map.entry("TableBloat.minWasted", "100Ki"),
                  Map.entry("Wraparound.warnXidAge", "3000")))
          .with(
              new SettingPolicy(
                  Map.of(
                      "autovacuum_naptime", "1d",
                      "bgwriter_delay", "150ms",
                      "bgwriter_lru_maxpages", "70",
                      "work_mem", "4MB"),
                  Map.of()));

  private final String detector;
  private final String repair;
  private final String parameter;

  CrashCase(String detector, String repair) {
    this(detector, repair, "");
  }

  CrashCase(String detector, String repair, String parameter) {
    this.detector = detector;
    this.repair = repair;
    this.parameter = parameter;
  }

  /** The type of the repair that mends it. */
  String repair() {
    return repair;
  }

  /**
   * Brings it about and finds it.
   *
   * @param sessions is given those that must stay open
   */
  Finding bringAbout(TestDatabase database, Consumer<OpenTransaction> sessions)
      throws SQLException, InspectionException {
    cause(database, sessions);
    Faults.flushStatistics(database);
    try (var session = database.session(Purpose.INSPECT)) {
      return detector().detect(inspection(session)).stream()
          .filter(finding -> isOf(database, finding))
          .filter(finding -> planFor(finding).isPresent())
          .findFirst()
          .map(finding -> asFoundBefore(finding, database, sessions))
          .orElseThrow(() -> new IllegalStateException("Not found: " + this));
    }
  }

  private Finding asFoundBefore(
      Finding finding, TestDatabase database, Consumer<OpenTransaction> sessions) {
    if (this != NUMBER_OF_A_SESSION_GIVEN_ANEW) {
      return finding;
    }
    var innocent = database.begin("COMMIT");
    sessions.accept(innocent);
    return new Finding(
        finding.detector(),
        finding.severity(),
        Target.object("session", Integer.toString(innocent.backendPid())),
        finding.summary(),
        finding.evidence(),
        finding.repair());
  }

  /** What mends it. */
  Optional<RepairPlan> planFor(Finding finding) {
    return Repairs.planFor(finding).filter(plan -> plan.type().equals(repair));
  }

  /** Whether there is nothing left to mend. */
  boolean isMended(TestDatabase database, Finding known) throws SQLException, InspectionException {
    Faults.flushStatistics(database);
    try (var session = database.session(Purpose.INSPECT)) {
      return detector().lookAgain(inspection(session), known).flatMap(this::planFor).isEmpty();
    }
  }

  /** Lines of the picture in the end: whom it was not about must still be there. */
  List<String> survivors() {
    return switch (this) {
      case TRANSACTION_LEFT_OPEN -> List.of("sessions idle in transaction 1");
      case NUMBER_OF_A_SESSION_GIVEN_ANEW ->
          List.of("sessions idle 1", "sessions idle in transaction 2");
      default -> List.of();
    };
  }

  private Detector detector() {
    return ServiceLoader.load(Detector.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(candidate -> candidate.name().equals(detector))
        .findFirst()
        .orElseThrow();
  }

  private static Inspection inspection(Session session) throws SQLException {
    return Inspection.begin(
        session, THRESHOLDS, new Memory(), Deadline.after(Duration.ofMinutes(1)), List.of());
  }

  private void cause(TestDatabase database, Consumer<OpenTransaction> sessions) {
    switch (this) {
      case SEQUENCE_NEAR_ITS_END ->
          database.execute(
              "CREATE SEQUENCE numbers AS smallint",
              "CREATE TABLE orders (id bigint DEFAULT nextval('numbers'))",
              "SELECT setval('numbers', 32000)");
      case TABLE_NEVER_ANALYZED -> Faults.staleStatistics(database, "orders");
      case FOREIGN_KEY_WITHOUT_INDEX -> Faults.foreignKeyWithoutIndex(database, "people", "orders");
      case DEPENDENT_COLUMNS -> places(database);
      case DUPLICATE_INDEX -> {
        Faults.duplicateIndexes(database, "orders", "orders_id", "orders_id_2");
        database.execute("COMMENT ON INDEX orders_id_2 IS 'for the report'");
      }
      case LEFTOVER_OF_A_REBUILD -> Faults.leftoverOfRebuild(database, "orders", "orders_id");
      case COLLATION_OF_ANOTHER_VERSION ->
          database.execute(
              "CREATE COLLATION english (provider = icu, locale = 'en')",
              "CREATE TABLE people (name text COLLATE english)",
              "INSERT INTO people SELECT 'n' || i FROM generate_series(1, 1000) i",
              "CREATE INDEX by_name ON people (name)",
              "UPDATE pg_collation SET collversion = '0.1' WHERE collname = 'english'");
      case BLOATED_INDEX -> Faults.bloatedIndex(database, "orders", "orders_id");
      case SETTING_HIDDEN_BY_ALTER_SYSTEM -> alterSystem(database, "autovacuum_naptime", "2d");
      case SETTING_AT_ITS_DEFAULT -> {}
      case SETTING_CHANGED_BY_ALTER_SYSTEM -> alterSystem(database, "bgwriter_lru_maxpages", "50");
      case SETTING_CHANGED_FOR_THE_DATABASE ->
          database.execute("ALTER DATABASE %s SET work_mem = '1MB'".formatted(database.name()));
      case STATISTICS_TOO_COARSE -> {
        places(database);
        database.execute(
            "CREATE STATISTICS coarse (mcv) ON town, postcode FROM places",
            "ALTER STATISTICS coarse SET STATISTICS 10",
            "ANALYZE places");
      }
      case TRANSACTION_LEFT_OPEN, NUMBER_OF_A_SESSION_GIVEN_ANEW -> {
        // One of them must survive the other.
        sessions.accept(database.begin("SELECT 1"));
        sessions.accept(database.begin("SELECT 1"));
      }
      case AUTOVACUUM_OFF -> {
        Faults.table(database, "orders");
        database.execute(
            "ALTER TABLE orders SET (autovacuum_enabled = off, fillfactor = 80)",
            "DELETE FROM orders WHERE id % 2 = 0");
      }
      case DEAD_ROWS -> {
        Faults.table(database, "orders");
        database.execute("DELETE FROM orders WHERE id % 5 <> 0");
      }
      case OLD_ROWS -> {
        Faults.table(database, "orders");
        burnTransactionNumbers(database);
      }
    }
  }

  private static void burnTransactionNumbers(TestDatabase database) {
    // Where the next database is being made meanwhile, nothing newer could be frozen.
    await()
        .until(() ->
            database.number(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%'"
                        + " AND state = 'active'")
                == 0);
    database.execute(
        "DO $$ BEGIN FOR i IN 1..4000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$");
  }

  /** Each town has its postcode; who asks for both is told far too few rows. */
  private static void places(TestDatabase database) {
    database.execute(
        "CREATE TABLE places (town text, postcode int)",
        "INSERT INTO places SELECT 't' || i % 100, i % 100 FROM generate_series(1, 20000) i",
        "CREATE INDEX ON places (town, postcode)");
    Faults.flushStatistics(database);
    database.execute("ANALYZE places");
  }

  private static void alterSystem(TestDatabase database, String parameter, String value) {
    database.execute(
        "ALTER SYSTEM SET %s = '%s'".formatted(parameter, value), "SELECT pg_reload_conf()");
    await().until(() -> database.text("SHOW " + parameter).equals(value));
  }

  /** Others' databases lie on the same server, and so do their sessions. */
  private boolean isOf(TestDatabase database, Finding finding) {
    var target = finding.target();
    return target.parameter().equals(parameter)
        && (target.database().isEmpty() || target.database().equals(database.name()))
        && finding.evidence().getOrDefault("database", database.name()).equals(database.name());
  }
}
