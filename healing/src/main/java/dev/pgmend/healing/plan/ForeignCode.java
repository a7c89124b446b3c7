package dev.pgmend.healing.plan;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Code that others could make us run: to plan a statement the server evaluates stable and immutable
 * functions in it, with the rights of whoever asks. Whoever may create a function could so borrow
 * ours.
 *
 * <p>Functions of superusers, of extensions and of our own are trusted; and where we are no
 * superuser, those of roles that we are a member of, which have little to gain from us. A statement
 * that names any other one, or a view or a table with a policy that calls one, is not planned.
 *
 * @param names of such functions, and of relations that lead to them, as in the catalog
 * @param anywhere whether there are operators or casts of such functions: these have no names
 */
record ForeignCode(Set<String> names, boolean anywhere) {
  private static final Pattern NAME =
      Pattern.compile("\"(?:[^\"]|\"\")*\"|[\\p{L}_][\\p{L}\\p{N}_$]*");

  /** An identifier that is spelt by code points hides its name. */
  private static final Pattern ESCAPED_NAME = Pattern.compile("\\bu&\"", Pattern.CASE_INSENSITIVE);

  /** A volatile function is not run, but a volatile one in SQL is put in place of its call. */
  private static final String FOREIGN =
      """
      foreign_code AS (
        SELECT p.oid, p.proname
          FROM pg_proc p
          JOIN pg_language l ON l.oid = p.prolang
          JOIN pg_roles o ON o.oid = p.proowner
          JOIN pg_roles me ON me.rolname = current_user
         WHERE l.lanname NOT IN ('internal', 'c')
           AND (p.provolatile <> 'v' OR l.lanname = 'sql')
           AND NOT o.rolsuper
           AND o.oid <> me.oid
           AND (me.rolsuper OR NOT pg_has_role(o.oid, 'MEMBER'))
           AND NOT EXISTS (SELECT 1 FROM pg_depend d
                            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                              AND d.deptype = 'e'))
      """;

  private static final String NAMES =
      """
      WITH RECURSIVE %s,
      leading_there (relation) AS (
        SELECT coalesce(r.ev_class, y.polrelid)
          FROM foreign_code f
          JOIN pg_depend d ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = f.oid
          LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
          LEFT JOIN pg_policy y ON d.classid = 'pg_policy'::regclass AND y.oid = d.objid
         WHERE r.oid IS NOT NULL OR y.oid IS NOT NULL
        UNION
        SELECT r.ev_class
          FROM leading_there t
          JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.relation
                          AND d.classid = 'pg_rewrite'::regclass
          JOIN pg_rewrite r ON r.oid = d.objid)
      SELECT proname FROM foreign_code
      UNION
      SELECT c.relname FROM leading_there t JOIN pg_class c ON c.oid = t.relation
      """
          .formatted(FOREIGN);

  private static final String ANYWHERE =
      """
      WITH %s
      SELECT EXISTS (SELECT 1 FROM pg_operator o JOIN foreign_code f ON f.oid = o.oprcode)
          OR EXISTS (SELECT 1 FROM pg_cast c JOIN foreign_code f ON f.oid = c.castfunc)
      """
          .formatted(FOREIGN);

  ForeignCode {
    names = Set.copyOf(names);
  }

  /** What there is in the session's database. */
  static ForeignCode read(Session session) throws SQLException {
    var names = new HashSet<>(session.query(NAMES, row -> row.getString(1)));
    return new ForeignCode(
        names, !names.isEmpty() && session.queryOne(ANYWHERE, row -> row.getBoolean(1)));
  }

  /** Whether to plan a statement might run any of it. */
  boolean mayRunIn(String sql) {
    if (names.isEmpty()) {
      return false;
    }
    return anywhere
        || ESCAPED_NAME.matcher(sql).find()
        || NAME.matcher(sql).results().anyMatch(name -> names.contains(unquoted(name.group())));
  }

  private static String unquoted(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name.toLowerCase(Locale.ROOT);
  }
}
