package dev.pgmend.healing.detect;

/** Which relations are the user's own, as SQL that every detector shares. */
final class UserObjects {
  private UserObjects() {}

  /**
   * A condition on a pg_class row: in a schema of the user, not temporary, and not made by an
   * extension.
   *
   * @param alias of the pg_class row in the query it goes into
   */
  static String own(String alias) {
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
}
