// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.plan;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.trust.UntrustedCode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server's planner for the plans of others' statements, as {@code EXPLAIN (VERBOSE,
 * SETTINGS, FORMAT JSON)} gives them. Nothing is run, and the session is left as it was.
 */
public final class Planner {
  private static final String OPTIONS = "VERBOSE, SETTINGS, FORMAT JSON";
  private static final String PREPARED = "pgmend_plan";
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

  /** {@code interval '1 day'} comes to us as {@code interval $1}, which is no SQL. */
  private static final Pattern TYPED_LITERAL =
      Pattern.compile(
          "\\b(interval|date|time|timetz|timestamp|timestamptz)\\s+\\$(\\d+)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern LAST_LIMIT =
      Pattern.compile("(\\blimit\\s+)\\$(\\d+)\\s*$", Pattern.CASE_INSENSITIVE);

  private static final Pattern FIRST_WORD =
      Pattern.compile("^(?:[\\s(]++|--[^\\n]*+\\n|/\\*(?:[^*]++|\\*(?!/))*+\\*/)*+(\\w++)");
  private static final Set<String> WITH_PLANS =
      Set.of("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE");

  private static final Pattern WRITES =
      Pattern.compile("\\b(insert|update|delete|merge|share)\\b", Pattern.CASE_INSENSITIVE);

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

  private static final String SCHEMAS = "SELECT current_schemas(true)::text[]";

  private final Session session;
  private final Map<String, String> settings;
  private @Nullable UntrustedCode untrusted;

  public Planner(Session session) {
    this(session, Map.of());
  }

  /**
   * @param settings under which statements are planned, in place of the session's
   */
  public Planner(Session session, Map<String, String> settings) {
    this.session = session;
    this.settings = Map.copyOf(settings);
  }

  /** Whether a statement is of the kind that has a plan and may be asked for it. */
  public static boolean hasPlan(String text) {
    var word = FIRST_WORD.matcher(text);
    return word.find()
        && WITH_PLANS.contains(word.group(1).toUpperCase(Locale.ROOT))
        // The driver would send what follows as a statement of its own.
        && text.indexOf(';') < 0;
  }

  /**
   * Whether a statement only reads, and locks no rows: to plan one that does takes the lock on the
   * table that to run it would. Rather than to parse it, every text with a word of such statements
   * is taken for one.
   */
  public static boolean onlyReads(String text) {
    return hasPlan(text) && !WRITES.matcher(text).find();
  }

  /**
   * The plan of a statement that names all its values.
   *
   * @param roleName who runs it; its settings decide what unqualified names mean
   * @throws SQLException as for {@link #generic}
   */
  public String of(String text, String roleName) throws SQLException {
    checkKind(text);
    return as(text, roleName, "auto", () -> explained(text));
  }

  /**
   * The plan that a statement gets whatever its parameters are: its generic plan. Of a LIMIT that
   * is a parameter the planner would think that a tenth of the rows is asked for; we know how many
   * came.
   *
   * <p>By a prepared statement and {@code force_generic_plan} on every version. The {@code
   * GENERIC_PLAN} of 16 gives the same plan, but its parameters can only be left open in the simple
   * protocol, which would run a second statement if a text ever held one.
   *
   * @param text as pg_stat_statements has it
   * @param roleName who runs it; its settings decide what unqualified names mean
   * @throws SQLException if the server cannot plan it, for instance because this role cannot read
   *     its tables (grant pg_read_all_data), or because its application sets its own search_path;
   *     or if planning could run code of other roles with our rights
   */
  public String generic(String text, String roleName, double rowsPerCall) throws SQLException {
    checkKind(text);
    return as(
        text, roleName, "force_generic_plan", () -> explainPrepared(plannable(text, rowsPerCall)));
  }

  /** Makes a statement of pg_stat_statements valid for the parser again. */
  private static String plannable(String normalized, double rowsPerCall) {
    var text = TYPED_LITERAL.matcher(normalized).replaceAll("\\$$2::$1");
    var limit = LAST_LIMIT.matcher(text);
    return limit.find() && Integer.parseInt(limit.group(2)) == parameters(text)
        ? text.substring(0, limit.start()) + limit.group(1) + Math.max(1, Math.round(rowsPerCall))
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

  private String explainPrepared(String text) throws SQLException {
    var nulls =
        IntStream.rangeClosed(1, parameters(text))
            .mapToObj(_ -> "NULL")
            .collect(Collectors.joining(", "));
    session.execute("PREPARE " + PREPARED + " AS " + text);
    try {
      return explained("EXECUTE " + PREPARED + (nulls.isEmpty() ? "" : "(" + nulls + ")"));
    } finally {
      session.execute("DEALLOCATE " + PREPARED);
    }
  }

  private String explained(String command) throws SQLException {
    return String.join(
        "\n",
        session.queryVerbatim(
            "EXPLAIN (%s) %s".formatted(OPTIONS, command), row -> row.getString(1)));
  }

  private static void checkKind(String text) throws SQLException {
    if (!hasPlan(text)) {
      throw new SQLException("this kind of statement cannot be planned", "0A000");
    }
  }

  /** Under the search path that the statement will be planned with. */
  private void checkCode(String text) throws SQLException {
    if (untrusted == null) {
      untrusted = UntrustedCode.read(session);
    }
    var schemas = session.queryOne(SCHEMAS, row -> List.of((String[]) row.getArray(1).getArray()));
    var source = untrusted.mayRunIn(text, schemas);
    if (source.isPresent()) {
      throw new SQLException(
          "not planned: that might run %s with the rights of %s"
              .formatted(source.get(), session.spec().user()),
          "42501");
    }
  }

  /** Plans as the application's own session would. */
  private String as(String text, String roleName, String cacheMode, Request request)
      throws SQLException {
    var path = session.queryOne(SEARCH_PATH, row -> row.getString(1), roleName);
    var here = new HashMap<>(settings);
    here.put("search_path", path.replace("\"$user\"", Identifiers.quote(roleName)));
    here.put("plan_cache_mode", cacheMode);
    try {
      session.configure(here);
      checkCode(text);
      return request.ask();
    } finally {
      session.reset(here.keySet());
    }
  }

  private interface Request {
    String ask() throws SQLException;
  }
}
