package dev.pgmend.e2e.gauntlet;

/** What a role that is no superuser needs beyond pg_monitor to mend everything that is mendable. */
final class RepairGrants {
  private RepairGrants() {}

  static String[] statements(String role) {
    return new String[] {
      "GRANT pg_signal_backend TO " + role,
      "GRANT ALTER SYSTEM ON PARAMETER max_wal_size, effective_cache_size, vacuum_cost_limit TO "
          + role,
      "GRANT EXECUTE ON FUNCTION pg_reload_conf() TO " + role,
      "GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO " + role,
      "GRANT SELECT ON pg_file_settings TO " + role
    };
  }
}
