// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.trust;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Code in one database that belongs to roles that we do not trust, and everything that leads to it.
 *
 * <p>To plan a statement the server evaluates functions with the rights of the caller: those in the
 * statement, and those in index expressions and predicates, statistics expressions, policies,
 * views, domains and defaults of every relation that it names. A role that may create a function
 * could so borrow our rights. Trusted are superusers, the role that we are logged in as, and the
 * roles that a DBA named: {@code ALTER ROLE pgmend SET pgmend.trusted_roles = 'shop, billing'}.
 * Membership makes no role trusted: its code would gain our other rights. Nor does being part of an
 * extension: the owner of an extension can add functions to it.
 *
 * <p>What leads to such code is taken from pg_depend, by OID. Which objects a statement uses cannot
 * be had from the server without planning it, so that is answered on the safe side: a statement may
 * use every object whose name occurs in its text, in any spelling, in a schema that is on its
 * search path or whose name occurs in it.
 */
public final class UntrustedCode {
  /**
   * A function of a role that is not trusted. Only a setting of our own role counts: one of the
   * database is its owner's to make. Code in C or built in is only a superuser's to create.
   */
  private static final String PLANTED =
      """
      SELECT p.oid, p.pronamespace, p.proname, o.rolname
        FROM pg_proc p
        JOIN pg_language l ON l.oid = p.prolang
        JOIN pg_roles o ON o.oid = p.proowner
       WHERE NOT o.rolsuper AND o.rolname <> current_user
         AND l.lanname NOT IN ('internal', 'c')
         AND NOT EXISTS (
               SELECT 1
                 FROM pg_db_role_setting s, unnest(s.setconfig) c,
                      string_to_table(split_part(c, '=', 2), ',') trusted
                WHERE s.setdatabase = 0
                  AND s.setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
                  AND split_part(c, '=', 1) = 'pgmend.trusted_roles'
                  AND trim(trusted) = o.rolname)
      """;

  private static final String ANY = "SELECT EXISTS (" + PLANTED + ")";

  /**
   * Objects that lead to untrusted code, from the functions on: what depends on one by way of the
   * catalogs that expressions live in. A domain's constraint leads to the domain, a cast to the
   * types that it is between (one of them is of its owner), a row to the row's type.
   */
  private static final String REACHING =
      """
      WITH RECURSIVE planted AS (%s
      ), code (classid, objid, source) AS (
        SELECT 'pg_proc'::regclass::oid, oid,
               quote_ident(pronamespace::regnamespace::name) || '.' || quote_ident(proname)
                 || ' of role ' || quote_ident(rolname)
          FROM planted
        UNION
        SELECT next.classid, next.objid, c.source
          FROM code c,
               LATERAL (SELECT d.classid, d.objid
                          FROM pg_depend d
                         WHERE d.refclassid = c.classid AND d.refobjid = c.objid
                           AND d.deptype IN ('n', 'a', 'i')
                           AND c.classid <> 'pg_class'::regclass
                        UNION ALL
                        SELECT 'pg_type'::regclass, k.contypid
                          FROM pg_constraint k
                         WHERE c.classid = 'pg_constraint'::regclass AND k.oid = c.objid
                           AND k.contypid <> 0
                        UNION ALL
                        SELECT 'pg_type'::regclass, t.oid
                          FROM pg_cast x
                          JOIN pg_type t ON t.oid IN (x.castsource, x.casttarget)
                         WHERE c.classid = 'pg_cast'::regclass AND x.oid = c.objid
                           AND t.typnamespace <> 'pg_catalog'::regnamespace
                        UNION ALL
                        SELECT 'pg_type'::regclass, r.reltype
                          FROM pg_class r
                         WHERE c.classid = 'pg_class'::regclass AND r.oid = c.objid
                           AND r.reltype <> 0) next
      ), relations (relation, source) AS (
        SELECT coalesce(r.ev_class, a.adrelid, y.polrelid, s.stxrelid, k.conrelid, i.indrelid, c.objid),
               c.source
          FROM code c
          LEFT JOIN pg_rewrite r ON c.classid = 'pg_rewrite'::regclass AND r.oid = c.objid
          LEFT JOIN pg_attrdef a ON c.classid = 'pg_attrdef'::regclass AND a.oid = c.objid
          LEFT JOIN pg_policy y ON c.classid = 'pg_policy'::regclass AND y.oid = c.objid
          LEFT JOIN pg_statistic_ext s
                 ON c.classid = 'pg_statistic_ext'::regclass AND s.oid = c.objid
          LEFT JOIN pg_constraint k
                 ON c.classid = 'pg_constraint'::regclass AND k.oid = c.objid AND k.conrelid <> 0
          LEFT JOIN pg_index i ON c.classid = 'pg_class'::regclass AND i.indexrelid = c.objid
         WHERE c.classid = 'pg_class'::regclass
            OR num_nonnulls(r.oid, a.oid, y.oid, s.oid, k.oid) > 0
        UNION
        SELECT above.relation, r.source
          FROM relations r,
               LATERAL (SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = r.relation
                        UNION ALL
                        SELECT h.inhrelid FROM pg_inherits h WHERE h.inhparent = r.relation
                        UNION ALL
                        SELECT w.ev_class
                          FROM pg_depend d
                          JOIN pg_rewrite w ON w.oid = d.objid
                         WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = r.relation
                           AND d.classid = 'pg_rewrite'::regclass) above(relation)
      )
      """
          .formatted(PLANTED);

  private static final String NAMED =
      REACHING
          + """
          SELECT n.nspname, o.name, min(o.source), o.relation
            FROM (SELECT p.pronamespace, p.proname, c.source, 0::oid
                    FROM code c JOIN pg_proc p ON c.classid = 'pg_proc'::regclass AND p.oid = c.objid
                  UNION ALL
                  SELECT p.oprnamespace, p.oprname, c.source, 0::oid
                    FROM code c
                    JOIN pg_operator p ON c.classid = 'pg_operator'::regclass AND p.oid = c.objid
                  UNION ALL
                  SELECT t.typnamespace, t.typname, c.source, 0::oid
                    FROM code c JOIN pg_type t ON c.classid = 'pg_type'::regclass AND t.oid = c.objid
                   WHERE t.typtype <> 'c'
                  UNION ALL
                  SELECT t.relnamespace, t.relname, r.source, t.oid
                    FROM relations r JOIN pg_class t ON t.oid = r.relation)
                 o(namespace, name, source, relation)
            JOIN pg_namespace n ON n.oid = o.namespace
           GROUP BY 1, 2, 4
          """;

  /**
   * @param relation its OID; 0 if it is none
   * @param source the function that it leads to, and whose it is
   */
  private record Named(String schema, String name, String source, long relation) {}

  private final List<Named> objects;
  private final Map<Long, String> relations = new HashMap<>();

  private UntrustedCode(List<Named> objects) {
    this.objects = List.copyOf(objects);
    for (var object : objects) {
      if (object.relation() != 0) {
        relations.put(object.relation(), object.source());
      }
    }
  }

  /** Untrusted code in the session's database. */
  public static UntrustedCode read(Session session) throws SQLException {
    return session.queryOne(ANY, row -> row.getBoolean(1))
        ? new UntrustedCode(
            session.query(
                NAMED,
                row ->
                    new Named(
                        row.getString(1), row.getString(2), row.getString(3), row.getLong(4))))
        : new UntrustedCode(List.of());
  }

  /** The function that reading a relation might run, and whose it is; empty if there is none. */
  public Optional<String> behind(long relation) {
    return Optional.ofNullable(relations.get(relation));
  }

  /**
   * The function that planning a statement might run, and whose it is; empty if there is none.
   *
   * @param schemas of the search path that unqualified names are looked up in
   */
  public Optional<String> mayRunIn(String statement, List<String> schemas) {
    if (objects.isEmpty()) {
      return Optional.empty();
    }
    var text = new FoldedText(statement);
    if (text.hidesNames()) {
      return Optional.of(objects.getFirst().source());
    }
    var onPath = new HashSet<>(schemas);
    var reachable = new HashMap<String, Boolean>();
    return objects.stream()
        .filter(object ->
            reachable.computeIfAbsent(
                object.schema(), schema -> onPath.contains(schema) || text.mayName(schema)))
        .filter(object -> text.mayName(object.name()))
        .map(Named::source)
        .findFirst();
  }
}
