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
   * The generic plan of a statement.
   *
   * @throws SQLException if the server can't plan it, for instance since the role that asks may not
   *     read its tables (pg_read_all_data lets it), or since its application sets a search_path of
   *     its own
   */
  public PlanDag capture(Statement statement) throws SQLException {
    if (!hasPlan(statement)) {
      throw new SQLException("no plan can be had of: " + statement.shown(), "0A000");
    }
    usePath(pathOf(statement.roleName()));
    try {
      return ExplainJson.parse(explain(statement.text()));
    } finally {
      usePath(OUR_PATH);
    }
  }

  private String explain(String text) throws SQLException {
    var parameters =
        PARAMETER.matcher(text).results().mapToInt(m -> Integer.parseInt(m.group(1))).max();
    var nulls =
        IntStream.rangeClosed(1, parameters.orElse(0))
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
