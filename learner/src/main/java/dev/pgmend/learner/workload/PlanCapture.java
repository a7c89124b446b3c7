package dev.pgmend.learner.workload;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.learner.plan.ExplainJson;
import dev.pgmend.learner.plan.PlanDag;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Asks for the plan that a statement of pg_stat_statements gets whatever its parameters are: its
 * generic plan. Nothing is run.
 *
 * <p>By a prepared statement and {@code force_generic_plan} on every version. The {@code
 * GENERIC_PLAN} of 16 gives the same plan, but its parameters can only be left open in the simple
 * protocol, which would run a second statement if a text ever held one.
 */
public final class PlanCapture {
  private static final String OPTIONS = "VERBOSE, SETTINGS, FORMAT JSON";
  private static final String PREPARED = "pgmend_plan";
  private static final String OUR_PATH = "pg_catalog, pg_temp";
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

  /** {@code interval '1 day'} comes to us as {@code interval $1}, which is no SQL. */
  private static final Pattern TYPED_LITERAL =
      Pattern.compile(
          "\\b(interval|date|time|timetz|timestamp|timestamptz)\\s+\\$(\\d+)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern LAST_LIMIT =
      Pattern.compile("(\\blimit\\s+)\\$(\\d+)\\s*$", Pattern.CASE_INSENSITIVE);

  private static final Pattern FIRST_WORD =
      Pattern.compile("^(?:\\s|\\(|--[^\\n]*\\n|/\\*.*?\\*/)*(\\w+)", Pattern.DOTALL);
  private static final Set<String> WITH_PLANS =
      Set.of("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE");

  /** The most specific setting counts; the server's own default where there is none. */
  private static final String SEARCH_PATH =
      """
      SELECT coalesce(
               (SELECT substr(c, length('search_path=') + 1)
                  FROM pg_db_role_setting s, unnest(s.setconfig) c
                 WHERE c LIKE 'search\\_path=%'
                   AND s.setdatabase IN (
                         0, (SELECT oid FROM pg_database WHERE datname = current_database()))
                   AND s.setrole IN (0, coalesce(
                         (SELECT oid FROM pg_roles WHERE rolname = ?), 0))
                 ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC
                 LIMIT 1),
               (SELECT boot_val FROM pg_settings WHERE name = 'search_path'))
      """;

  private final Session session;

  /** Takes over the session's settings: a session is for asking plans or for something else. */
  public PlanCapture(Session session) throws SQLException {
    this.session = session;
    session.execute("SET plan_cache_mode = force_generic_plan");
  }

  /** Whether a statement is of the kind that has a plan and may be asked for it. */
  public static boolean hasPlan(Statement statement) {
    var word = FIRST_WORD.matcher(statement.text());
    return word.find()
        && WITH_PLANS.contains(word.group(1).toUpperCase(Locale.ROOT))
        // The driver would send what follows as a statement of its own.
        && statement.text().indexOf(';') < 0;
  }

  /**
   * The generic plan of a statement. Of a LIMIT that is a parameter the planner would think that a
   * tenth of the rows is asked for; we know how many came.
   *
   * @throws SQLException if the server can't plan it, for instance since the role that asks may not
   *     read its tables (pg_read_all_data lets it), or since its application sets a search_path of
   *     its own
   */
  public PlanDag capture(StatementLoad load) throws SQLException {
    var statement = load.statement();
    if (!hasPlan(statement)) {
      throw new SQLException("no plan can be had of: " + statement.shown(), "0A000");
    }
    usePath(pathOf(statement.roleName()));
    try {
      return ExplainJson.parse(explain(plannable(load)));
    } finally {
      usePath(OUR_PATH);
    }
  }

  /** What pg_stat_statements made of a statement, as the parser takes it again. */
  private static String plannable(StatementLoad load) {
    var text = TYPED_LITERAL.matcher(load.statement().text()).replaceAll("\\$$2::$1");
    var limit = LAST_LIMIT.matcher(text);
    return limit.find() && Integer.parseInt(limit.group(2)) == parameters(text)
        ? text.substring(0, limit.start())
            + limit.group(1)
            + Math.max(1, Math.round(load.rowsPerCall()))
        : text;
  }

  private static int parameters(String text) {
    return PARAMETER
        .matcher(text)
        .results()
        .mapToInt(m -> Integer.parseInt(m.group(1)))
        .max()
        .orElse(0);
  }

  private String explain(String text) throws SQLException {
    var nulls =
        IntStream.rangeClosed(1, parameters(text))
            .mapToObj(_ -> "NULL")
            .collect(Collectors.joining(", "));
    var values = nulls.isEmpty() ? "" : "(" + nulls + ")";
    session.execute("PREPARE " + PREPARED + " AS " + text);
    try {
      var sql = "EXPLAIN (%s) EXECUTE %s%s".formatted(OPTIONS, PREPARED, values);
      return String.join("\n", session.queryVerbatim(sql, row -> row.getString(1)));
    } finally {
      session.execute("DEALLOCATE " + PREPARED);
    }
  }

  private String pathOf(String roleName) throws SQLException {
    var path = session.queryOne(SEARCH_PATH, row -> row.getString(1), roleName);
    return path.replace("\"$user\"", Identifiers.quote(roleName));
  }

  private void usePath(String path) throws SQLException {
    session.queryOne("SELECT set_config('search_path', ?, false)", row -> row.getString(1), path);
  }
}
