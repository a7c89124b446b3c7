// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

class PlannerTest {
  /** Raises what shows that it ran. */
  private static final String TRAP =
      """
      CREATE FUNCTION %s RETURNS int LANGUAGE plpgsql %s AS
      $$ BEGIN RAISE EXCEPTION 'ran as %%', current_user; END $$
      """;

  @EachPostgres
  void functionsOfOthersAreNotRunWithOurRights(TestDatabase database) throws SQLException {
    var author = author(database);
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute(TRAP.formatted("own.trap()", "STABLE"));
      statement.execute(TRAP.formatted("own.\"Trap 2\"(int)", "IMMUTABLE"));
      statement.execute(
          "CREATE FUNCTION own.wrapper() RETURNS int LANGUAGE sql AS 'SELECT own.trap()'");
      statement.execute("CREATE VIEW own.seen AS SELECT * FROM items WHERE id = own.trap()");
      statement.execute("CREATE VIEW own.seen_again AS SELECT * FROM own.seen");
    }
    for (var sql :
        List.of(
            "SELECT * FROM items WHERE id = own.trap()",
            "SELECT * FROM items WHERE id = OWN.TRAP()",
            "SELECT * FROM items WHERE id = own.\"Trap 2\"(1)",
            "SELECT * FROM items WHERE id = own.U&\"tr\\0061p\"()",
            "SELECT * FROM items WHERE id = own.wrapper()",
            "SELECT * FROM own.seen",
            "SELECT * FROM own.seen_again")) {
      assertThatExceptionOfType(SQLException.class)
          .as(sql)
          .isThrownBy(() -> plan(database.server(), sql))
          .withMessageContaining("not planned: that might run");
    }
    assertThatCode(() -> plan(database.server(), "SELECT * FROM items WHERE id = 1"))
        .doesNotThrowAnyException();
  }

  @EachPostgres
  void operatorsOfOthersAreNotCalled(TestDatabase database) throws SQLException {
    var author = author(database);
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute(TRAP.formatted("own.trap(int, int)", "IMMUTABLE"));
      statement.execute(
          "CREATE OPERATOR own.+ (FUNCTION = own.trap, LEFTARG = int, RIGHTARG = int)");
      statement.execute(
          "CREATE OPERATOR own.=== (FUNCTION = own.trap, LEFTARG = int, RIGHTARG = int)");
    }
    assertThat(plan(database.server(), "SELECT * FROM items WHERE id = 1 + 1"))
        .as("the catalog's own operator")
        .contains("\"Plan\"");
    assertNotPlanned(database.server(), "SELECT * FROM items WHERE id = 1 OPERATOR(own.+) 1");
    database.execute(
        "ALTER DATABASE %s SET search_path = own, public"
            .formatted(database.server().spec().database()));
    assertNotPlanned(database.server(), "SELECT * FROM items WHERE id = (1 === 1)");
  }

  @EachPostgres
  void namesThatThePostgresLexerReadsInItsOwnWayAreRecognized(TestDatabase database)
      throws SQLException {
    var author = author(database);
    var cutOff = "z".repeat(63);
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      for (var name : List.of("e\uD83D\uDE00", "\u00C9vil", cutOff, "with \"\" quote")) {
        statement.execute(TRAP.formatted("own.\"" + name + "\"()", "IMMUTABLE"));
      }
    }
    for (var call :
        List.of(
            "own.e\uD83D\uDE00()",
            "own.\u00C9vil()",
            "OWN." + cutOff + "tail()",
            "own.\"with \"\" quote\"()",
            "u&\"\\006fwn\".e()")) {
      assertNotPlanned(database.server(), "SELECT * FROM items WHERE id = " + call);
    }
  }

  @EachPostgres
  void relationsThatLeadToCodeOfOthersAreNotPlanned(TestDatabase database) throws SQLException {
    var author = author(database);
    database.execute("CREATE TABLE parent (id int) PARTITION BY RANGE (id)");
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute(TRAP.formatted("own.trap(int)", "IMMUTABLE"));
      for (var table : List.of("keyed", "partial", "summed", "checked", "typed", "filled")) {
        statement.execute("CREATE TABLE own.%s (id int, other int)".formatted(table));
      }
      statement.execute("CREATE INDEX ON own.keyed ((id + own.trap(id)))");
      statement.execute("CREATE INDEX ON own.partial (id) WHERE own.trap(id) > 1");
      statement.execute("CREATE STATISTICS own.s ON (own.trap(id)), other FROM own.summed");
      statement.execute("ALTER TABLE own.checked ADD CHECK (own.trap(id) > 0)");
      statement.execute("CREATE DOMAIN own.small AS int CHECK (own.trap(VALUE) < 9)");
      statement.execute("ALTER TABLE own.typed ALTER id TYPE own.small");
      statement.execute("ALTER TABLE own.filled ALTER other SET DEFAULT own.trap(1)");
      statement.execute("CREATE VIEW own.over AS SELECT id FROM own.keyed");
    }
    for (var table : List.of("keyed", "partial", "summed", "checked", "typed", "filled", "over")) {
      assertNotPlanned(database.server(), "SELECT * FROM own." + table + " WHERE id = 5");
    }
    assertThat(plan(database.server(), "SELECT * FROM items WHERE id = 1")).contains("\"Plan\"");
  }

  @EachPostgres
  void castsAndTypesThatLeadToCodeOfOthersAreNotPlanned(TestDatabase database) throws SQLException {
    var author = author(database);
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TYPE own.mood AS ENUM ('sad', 'ok')");
      statement.execute(
          """
          CREATE FUNCTION own.trap(int) RETURNS own.mood LANGUAGE plpgsql IMMUTABLE AS
          $$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$
          """);
      statement.execute("CREATE CAST (int AS own.mood) WITH FUNCTION own.trap(int)");
      statement.execute("CREATE TABLE own.felt (id int, m own.mood)");
      statement.execute(TRAP.formatted("own.check(int)", "IMMUTABLE"));
      statement.execute("CREATE DOMAIN own.small AS int CHECK (own.check(VALUE) < 9)");
      statement.execute("CREATE TYPE own.pair AS (a own.small, b int)");
      statement.execute("CREATE TABLE own.paired (id int, p own.pair)");
      statement.execute(
          "CREATE AGGREGATE own.summed (int) (SFUNC = int4pl, STYPE = int, FINALFUNC = own.check)");
    }
    for (var sql :
        List.of(
            "SELECT * FROM items WHERE 1::own.mood = 'ok'",
            "SELECT * FROM own.felt WHERE id = 1",
            "SELECT * FROM own.paired WHERE id = 1",
            "SELECT (1, 2)::own.pair",
            "SELECT own.summed(id) FROM items")) {
      assertNotPlanned(database.server(), sql);
    }
    assertThat(plan(database.server(), "SELECT * FROM items WHERE id = 1::bigint::int"))
        .contains("\"Plan\"");
  }

  @EachPostgres
  void aSessionThatReadsStaysReadOnlyWhateverItRuns(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE loot (id int)",
        """
        CREATE FUNCTION public.open_the_door() RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN
             PERFORM set_config('default_transaction_read_only', 'off', false);
             PERFORM set_config('search_path', 'public', false);
             RETURN 1;
           END $$
        """);
    try (var session = database.server().open(Purpose.INSPECT, "pgmend/test")) {
      session.queryVerbatim("SELECT public.open_the_door()", row -> row.getInt(1));

      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> session.execute("INSERT INTO public.loot VALUES (1)"))
          .withMessageContaining("read-only transaction");
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() ->
              session.query(
                  "SELECT set_config('transaction_read_only', 'off', false)", row -> true));
      assertThat(session.query("SELECT current_setting('search_path')", row -> row.getString(1)))
          .containsExactly("pg_catalog,pg_temp");
    }
  }

  @EachPostgres
  void policiesOfOthersLeadToTheirFunctions(TestDatabase database) throws SQLException {
    var author = author(database);
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute(TRAP.formatted("own.trap()", "STABLE"));
      statement.execute("CREATE TABLE own.guarded (id int)");
      statement.execute("ALTER TABLE own.guarded ENABLE ROW LEVEL SECURITY");
      statement.execute("CREATE POLICY p ON own.guarded USING (id = own.trap())");
    }
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> plan(database.server(), "SELECT * FROM own.guarded"))
        .withMessageContaining("not planned: that might run");
  }

  @EachPostgres
  void membershipAloneMakesNoRoleTrusted(TestDatabase database) throws SQLException {
    var author = author(database);
    var member = database.createRole(author);
    database.execute(
        "GRANT SELECT ON items TO " + member,
        "CREATE FUNCTION public.one() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'");
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute("CREATE FUNCTION own.two() RETURNS int LANGUAGE sql STABLE AS 'SELECT 2'");
    }
    var server = database.serverAs(member);
    var ofSuperuser = "SELECT * FROM items WHERE id = public.one()";
    var ofMember = "SELECT * FROM items WHERE id = own.two()";

    assertThat(plan(server, ofSuperuser)).contains("\"Plan\"");
    assertThat(plan(database.server(), ofSuperuser)).contains("\"Plan\"");
    assertNotPlanned(server, ofMember);

    database.execute(
        "ALTER DATABASE %s SET pgmend.trusted_roles = '%s'"
            .formatted(database.server().spec().database(), author));
    assertNotPlanned(server, ofMember);

    database.execute(
        "ALTER ROLE %s SET pgmend.trusted_roles = 'another, %s'".formatted(member, author));
    assertThat(plan(server, ofMember)).contains("\"Plan\"");
  }

  private static String author(TestDatabase database) {
    var author = database.createRole();
    database.execute(
        "CREATE TABLE items (id int)",
        "GRANT SELECT ON items TO " + author,
        "CREATE SCHEMA own AUTHORIZATION " + author);
    return author;
  }

  private static void assertNotPlanned(Server server, String sql) {
    assertThatExceptionOfType(SQLException.class)
        .as(sql)
        .isThrownBy(() -> plan(server, sql))
        .withMessageContaining("not planned: that might run");
  }

  private static String plan(Server server, String sql) throws SQLException {
    try (var session = server.open(Purpose.INSPECT, "pgmend/test")) {
      var planner = new Planner(session);
      planner.generic(sql, "postgres", 1);
      return planner.of(sql, "postgres");
    }
  }
}
