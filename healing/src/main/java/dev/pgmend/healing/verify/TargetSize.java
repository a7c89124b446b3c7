// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.OptionalLong;

/** Disk size of a repair's object: an effect that is visible without traffic. */
public final class TargetSize {
  private TargetSize() {}

  /** Bytes of the index, or else of the table with its indexes; empty if it is not there. */
  public static OptionalLong read(Session session, Target target) throws SQLException {
    if (target.relation().isEmpty()) {
      return OptionalLong.empty();
    }
    var name = target.index().isEmpty() ? target.relation() : target.index();
    return session
        .query(
            "SELECT pg_total_relation_size(oid) FROM (SELECT to_regclass(?) AS oid) t"
                + " WHERE oid IS NOT NULL",
            row -> row.getLong(1),
            Identifiers.quote(target.schema(), name))
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }
}
