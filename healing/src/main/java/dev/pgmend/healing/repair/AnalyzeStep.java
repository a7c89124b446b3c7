// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** ANALYZE of one table; a second one would cost time and change nothing. */
record AnalyzeStep(String schema, String table) implements Step {
  @Override
  public String sql() {
    return "ANALYZE " + Identifiers.quote(schema, table);
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
               CASE WHEN sample_blks_total > 0
                    THEN 100 * sample_blks_scanned / sample_blks_total ELSE 0 END
          FROM pg_stat_progress_analyze
         WHERE pid = ?
        """,
        row -> new Progress(row.getInt(2), row.getString(1)),
        backendPid);
  }

  private RunCounter counter() {
    return new RunCounter("analyze_count", "analyzeCount", schema, table);
  }
}
