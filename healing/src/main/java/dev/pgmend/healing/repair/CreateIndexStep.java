// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CREATE INDEX CONCURRENTLY, under a name that is known beforehand. */
record CreateIndexStep(String schema, String index, String sql) implements Step {
  private static final String EXISTS = "42P07";

  /**
   * Checks only that the name is free: an index with this name afterwards is ours.
   *
   * @throws SQLException if an index of that name is there, which would look like ours later
   */
  @Override
  public Map<String, String> mark(Session session) throws SQLException {
    if (IndexCatalog.find(session, schema, index).isPresent()) {
      throw new SQLException(
          "index %s.%s exists already, and pgmend does not replace it".formatted(schema, index),
          EXISTS);
    }
    return Map.of();
  }

  @Override
  public StepOutcome aftermath(Session session, Map<String, String> mark) throws SQLException {
    return IndexCatalog.find(session, schema, index)
        .map(found ->
            found.valid()
                ? StepOutcome.DONE
                : new StepOutcome(false, List.of(DropIndexStep.sql(schema, index))))
        .orElse(StepOutcome.UNTOUCHED);
  }

  @Override
  public Optional<Progress> progress(Session session, int backendPid) throws SQLException {
    return BuildProgress.read(session, backendPid);
  }
}
