// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final String READ_ONLY = "25006";
  private static final String LOCK_TIMEOUT = "55P03";

  @EachPostgres
  void anInspectionCanChangeNothing(TestDatabase database) {
    try (var session = database.session(Purpose.INSPECT)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> session.execute("CREATE TABLE public.t (id int)"))
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(READ_ONLY));
    }
  }

  /** The bytes come as they are, and no UTF-8 holds this one. */
  @EachPostgres
  void readsBytesOfAnotherEncoding(TestDatabase database) throws SQLException {
    var ascii = database.spec().database() + "_ascii";
    database.execute(
        "CREATE DATABASE %s ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
            .formatted(ascii));
    try (var session = database.server().open(Purpose.INSPECT, "pgmend/test", ascii)) {
      assertThat(
              session.query(
                  "SELECT convert_from('\\xe9'::bytea, 'SQL_ASCII') UNION ALL SELECT 'plain'",
                  row -> row.getString(1)))
          .containsExactly("\uFFFD", "plain");
    } finally {
      database.execute("DROP DATABASE " + ascii);
    }
  }

  @EachPostgres
  void anInspectionWaitsForNoLock(TestDatabase database) {
    Faults.table(database, "orders");
    try (var _ = database.begin("LOCK TABLE orders");
        var session = database.session(Purpose.INSPECT)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> session.query("SELECT id FROM public.orders", row -> row.getInt(1)))
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(LOCK_TIMEOUT));
    }
  }

  @EachPostgres
  void aRepairWaitsAsLongAsATransactionThatTheGuardsLetPassMayBe(TestDatabase database)
      throws SQLException {
    try (var session = database.session(Purpose.REPAIR)) {
      var patience = Duration.ofMillis(number(session, "lock_timeout"));

      assertThat(patience).isEqualTo(Limits.DEFAULTS.maxTransactionAge());
      assertThat(number(session, "statement_timeout")).isZero();
    }
  }

  @EachPostgres
  void aNamePlantedInTheUsersSchemaIsNotFound(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'planted' $$",
        "CREATE TABLE public.pg_class (id int)");
    try (var session = database.session(Purpose.WATCH)) {
      assertThat(text(session, "SELECT lower('X')")).isEqualTo("x");
      assertThat(text(session, "SELECT count(*) > 100 FROM pg_class")).isEqualTo("t");
    }
  }

  @EachPostgres
  void aDbaSeesWhoseStatementItIsInTheActivityAndInTheStatistics(TestDatabase database)
      throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      assertThat(text(session, "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()"))
          .startsWith(Session.MARK);
      session.execute("SHOW work_mem");
      session.query("SELECT 1 AS a_statement_of_ours", row -> row.getInt(1));
    }
    for (var words : List.of("work_mem", "a_statement_of_ours")) {
      assertThat(
              database.text(
                  "SELECT query FROM pg_stat_statements WHERE query LIKE '%"
                      + words
                      + "%'"
                      + " AND query NOT LIKE '%pg_stat_statements%' AND dbid ="
                      + " (SELECT oid FROM pg_database WHERE datname = current_database())"))
          .contains(Session.MARK);
    }
  }

  @EachPostgres
  void aListIsBoundAsAnArray(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      assertThat(
              session.query(
                  "SELECT x FROM unnest(CAST(? AS text[])) x ORDER BY 1",
                  row -> row.getString(1),
                  List.of("b,\"", "a")))
          .containsExactly("a", "b,\"");
    }
  }

  @EachPostgres
  void theFactsOfAServerAreRead(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      var facts = ServerFacts.read(session);

      assertThat(facts.versionNum()).isEqualTo(database.number("SHOW server_version_num"));
      assertThat(facts.version()).startsWith(facts.major() + ".");
      assertThat(facts.inRecovery()).isFalse();
      assertThat(facts.seesAllStatistics()).isTrue();
      assertThat(facts.schemaOf("pgstattuple")).hasValue("\"public\"");
      assertThat(facts.schemaOf("hypopg")).isEmpty();
    }
    try (var session =
        database.serverAs(database.createRole()).open(Purpose.INSPECT, "pgmend/test")) {
      assertThat(ServerFacts.read(session).seesAllStatistics()).isFalse();
    }
  }

  @Test
  void aStandbyIsKnownAsOne() throws SQLException {
    try (var session =
        new Server(TestServers.standby().spec()).open(Purpose.INSPECT, "pgmend/test")) {
      assertThat(ServerFacts.read(session).inRecovery()).isTrue();
    }
  }

  private static String text(Session session, String query) throws SQLException {
    return session.queryOne(query, row -> row.getString(1));
  }

  private static long number(Session session, String setting) throws SQLException {
    return session.queryOne(
        "SELECT setting FROM pg_settings WHERE name = ?", row -> row.getLong(1), setting);
  }
}
