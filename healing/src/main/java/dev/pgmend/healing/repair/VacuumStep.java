// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * VACUUM of one table. Broken off it has done a part of its work and no harm, and is begun again.
 *
 * @param options as they stand between the brackets, such as {@code FREEZE}
 */
record VacuumStep(String schema, String table, String options) implements Step {
  @Override
  public String sql() {
    return "VACUUM (%s) %s".formatted(options, Identifiers.quote(schema, table));
  }

  @Override
  public Map<String, String> mark(Session session) throws SQLException {
    return counter().mark(session);
  }

  @Override
  public StepOutcome aftermath(Session session, Map<String, String> mark) throws SQLException {
    return counter().aftermath(session, mark);
  }

  @Override
  public Optional<Progress> progress(Session session, int backendPid) throws SQLException {
    return session.queryFirst(
        """
        SELECT phase,
               CASE WHEN heap_blks_total > 0
                    THEN 100 * (heap_blks_scanned + heap_blks_vacuumed) / (2 * heap_blks_total)
                    ELSE 0 END
          FROM pg_stat_progress_vacuum
         WHERE pid = ?
        """,
        row -> new Progress(row.getInt(2), row.getString(1)),
        backendPid);
  }

  private RunCounter counter() {
    return new RunCounter("vacuum_count", "vacuumCount", schema, table);
  }
}
