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
          .withMessageContaining("no reason to trust");
    }
    assertThatCode(() -> plan(database.server(), "SELECT * FROM items WHERE id = 1"))
        .doesNotThrowAnyException();
  }

  @EachPostgres
  void operatorsOfOthersMayBeAnywhere(TestDatabase database) throws SQLException {
    var author = author(database);
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute(TRAP.formatted("own.trap(int, int)", "IMMUTABLE"));
      statement.execute(
          "CREATE OPERATOR own.+ (FUNCTION = own.trap, LEFTARG = int, RIGHTARG = int)");
    }
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> plan(database.server(), "SELECT * FROM items WHERE id = 1 + 1"))
        .withMessageContaining("no reason to trust");
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
        .withMessageContaining("no reason to trust");
  }

  @EachPostgres
  void whatOurOwnersAndSuperusersMadeIsTrusted(TestDatabase database) throws SQLException {
    var author = author(database);
    var member = database.createRole(author);
    database.execute("GRANT SELECT ON items TO " + member);
    database.execute("CREATE FUNCTION public.one() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'");
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute("CREATE FUNCTION own.two() RETURNS int LANGUAGE sql STABLE AS 'SELECT 2'");
    }
    var server = database.serverAs(member);
    assertThat(plan(server, "SELECT * FROM items WHERE id IN (public.one(), own.two())"))
        .contains("\"Plan\"");
    assertThat(plan(database.server(), "SELECT * FROM items WHERE id = public.one()"))
        .contains("\"Plan\"");
  }

  private static String author(TestDatabase database) {
    var author = database.createRole();
    database.execute(
        "CREATE TABLE items (id int)",
        "GRANT SELECT ON items TO " + author,
        "CREATE SCHEMA own AUTHORIZATION " + author);
    return author;
  }

  private static String plan(Server server, String sql) throws SQLException {
    try (var session = server.open(Purpose.INSPECT, "pgmend/test")) {
      var planner = new Planner(session);
      planner.generic(sql, "postgres", 1);
      return planner.of(sql, "postgres");
    }
  }
}
