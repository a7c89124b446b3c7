// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

/** The privileges that a role without superuser needs, beyond pg_monitor, for all repairs. */
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
