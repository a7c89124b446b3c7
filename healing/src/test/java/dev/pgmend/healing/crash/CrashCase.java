package dev.pgmend.healing.crash;

import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Finding;
import dev.pgmend.healing.detect.Memory;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.engine.Inspector;
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
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One fault at least for each repair: how it comes about. What must hold in the end is the same for
 * all, see {@link Picture}.
 *
 * <p>All lie on one server at a time, so what is the whole server's differs from case to case.
 */
enum CrashCase {
  SEQUENCE_NEAR_ITS_END(AlterSequenceType.TYPE),
  TABLE_NEVER_ANALYZED(Analyze.TYPE),
  FOREIGN_KEY_WITHOUT_INDEX(CreateIndexConcurrently.TYPE),
  DEPENDENT_COLUMNS(CreateStatistics.TYPE),
  DUPLICATE_INDEX(DropIndexConcurrently.TYPE),
  LEFTOVER_OF_A_REBUILD(DropInvalidIndex.TYPE),
  COLLATION_OF_ANOTHER_VERSION(RefreshCollation.TYPE),
  BLOATED_INDEX(ReindexConcurrently.TYPE),
  SETTING_HIDDEN_BY_ALTER_SYSTEM(ResetParameter.TYPE, "autovacuum_naptime"),
  SETTING_AT_ITS_DEFAULT(SetParameter.TYPE, "bgwriter_delay"),
  SETTING_CHANGED_BY_ALTER_SYSTEM(SetParameter.TYPE, "bgwriter_lru_maxpages"),
  SETTING_CHANGED_FOR_THE_DATABASE(SetParameter.TYPE, "work_mem"),
  STATISTICS_TOO_COARSE(SetStatisticsTarget.TYPE),
  TRANSACTION_LEFT_OPEN(TerminateBackend.TYPE),
  AUTOVACUUM_OFF(TuneAutovacuum.TYPE),
  DEAD_ROWS(Vacuum.TYPE),
  OLD_ROWS(VacuumFreeze.TYPE);

  /** At which faults as small and young as these are found. */
  private static final Thresholds THRESHOLDS =
      new Thresholds(
          Map.ofEntries(
              Map.entry("AutovacuumLag.minDeadRows", "1000"),
              Map.entry("BlockingSession.minIdleSeconds", "0"),
              Map.entry("DuplicateIndex.minBytes", "0"),
              Map.entry("IndexBloat.minSavingBytes", "100kB"),
              Map.entry("MissingForeignKeyIndex.minTableBytes", "0"),
              Map.entry("TableBloat.minBytes", "100kB"),
              Map.entry("Wraparound.actAge", "3000"),
              Map.entry("SettingDrift.pinned.autovacuum_naptime", "1d"),
              Map.entry("SettingDrift.pinned.bgwriter_delay", "150ms"),
              Map.entry("SettingDrift.pinned.bgwriter_lru_maxpages", "70"),
              Map.entry("SettingDrift.pinned.work_mem", "4MB")));

  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  private final String repair;
  private final String parameter;

  CrashCase(String repair) {
    this(repair, "");
  }

  CrashCase(String repair, String parameter) {
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
      throws SQLException {
    cause(database, sessions);
    Faults.flushStatistics(database);
    var inspector = new Inspector(database.server(), new Memory());
    return Stream.of(
            inspector.inspect(database.name(), THRESHOLDS, LONG_ENOUGH),
            inspector.inspectServer(THRESHOLDS, LONG_ENOUGH, List.of()))
        .flatMap(report -> report.findings().stream())
        .filter(finding -> isOf(database, finding))
        .filter(finding -> planFor(finding).isPresent())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Not found: " + this));
  }

  /** What mends it. */
  Optional<RepairPlan> planFor(Finding finding) {
    return Repairs.planFor(finding).filter(plan -> plan.type().equals(repair));
  }

  /** Whether there is nothing left to mend. */
  boolean isMended(TestDatabase database, Finding known) throws SQLException {
    Faults.flushStatistics(database);
    return new Inspector(database.server(), new Memory())
        .lookAgain(known, THRESHOLDS, LONG_ENOUGH)
        .flatMap(this::planFor)
        .isEmpty();
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
      case DUPLICATE_INDEX ->
          Faults.duplicateIndexes(database, "orders", "orders_id", "orders_id_2");
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
      case TRANSACTION_LEFT_OPEN -> {
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
        database.execute(
            """
            DO $$ BEGIN FOR i IN 1..4000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$
            """);
      }
    }
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
