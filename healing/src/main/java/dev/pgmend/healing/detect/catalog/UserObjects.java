// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.catalog;

/** SQL that selects the relations of users, shared by all detectors. */
public final class UserObjects {
  private UserObjects() {}

  /**
   * A condition on a pg_class row: in a schema of the user, not temporary, and not made by an
   * extension.
   *
   * @param alias of the pg_class row in the query it goes into
   */
  public static String own(String alias) {
    return """
    (%1$s.relpersistence <> 't'
     AND %1$s.relnamespace NOT IN (
           SELECT oid FROM pg_namespace
            WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast')
               OR nspname LIKE 'pg\\_temp\\_%%' OR nspname LIKE 'pg\\_toast\\_temp\\_%%')
     AND NOT EXISTS (
           SELECT 1 FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = %1$s.oid AND d.deptype = 'e'))
    """
        .formatted(alias);
  }

  /**
   * Whether another session holds an exclusive lock on a relation. A query that reads the relation,
   * or its size, would wait.
   *
   * @param alias of the pg_class row in the query it goes into
   */
  public static String locked(String alias) {
    return """
    (%s.oid IN (SELECT relation FROM pg_locks
                 WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL
                   AND pid <> pg_backend_pid()))
    """
        .formatted(alias)
        .strip();
  }

  /**
   * A relation's size in bytes; as vacuum saw it last, where it is locked and asking would wait.
   *
   * @param alias of the pg_class row in the query it goes into
   */
  public static String bytes(String alias) {
    return """
    (CASE WHEN %1$s THEN %2$s.relpages * current_setting('block_size')::bigint
          ELSE pg_relation_size(%2$s.oid) END)
    """
        .formatted(locked(alias), alias)
        .strip();
  }
}
