// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** DROP INDEX CONCURRENTLY. Broken off in the middle it leaves the index invalid; again ends it. */
record DropIndexStep(String schema, String index) implements Step {
  private static final String VALID = "valid";
  private static final String OID = "indexOid";

  /** Safe to run again: an index that is gone is no error. */
  static String sql(String schema, String index) {
    return "DROP INDEX CONCURRENTLY IF EXISTS " + Identifiers.quote(schema, index);
  }

  @Override
  public String sql() {
    return sql(schema, index);
  }

  @Override
  public Map<String, String> mark(Session session) throws SQLException {
    return IndexCatalog.find(session, schema, index)
        .map(i ->
            Map.of(
                OID,
                Long.toString(i.oid()),
                VALID,
                Boolean.toString(i.valid()),
                "sizeBytes",
                Long.toString(i.bytes())))
        .orElse(Map.of());
  }

  @Override
  public StepOutcome aftermath(Session session, Map<String, String> mark) throws SQLException {
    var now = IndexCatalog.find(session, schema, index);
    // Someone else's new index of the same name is not the one we were to drop.
    var gone = now.isEmpty() || !Long.toString(now.get().oid()).equals(mark.get(OID));
    if (gone) {
      return StepOutcome.DONE;
    }
    // Its first transaction made the index invalid, which cannot be undone: finish the drop.
    return "true".equals(mark.get(VALID)) && !now.get().valid()
        ? new StepOutcome(true, List.of(sql()))
        : StepOutcome.UNTOUCHED;
  }

  @Override
  public Optional<Progress> progress(Session session, int backendPid) {
    return Optional.empty();
  }
}
