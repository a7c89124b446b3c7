// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import java.sql.SQLException;

/**
 * Holds repairs on a standby, which cannot be changed; to be connected to one means a switchover.
 */
@AutoService(Guard.class)
public final class PrimaryOnly implements Guard {
  @Override
  public String name() {
    return "PrimaryOnly";
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    return context.session().queryOne("SELECT pg_is_in_recovery()", row -> row.getBoolean(1))
        ? Answer.hold(
            "%s is a standby; repairs run on the primary".formatted(context.session().spec()))
        : Answer.PASS;
  }
}
