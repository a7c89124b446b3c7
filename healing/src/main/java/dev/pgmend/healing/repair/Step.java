// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * One statement of a repair, with what is needed to take it up again after a crash: a mark is
 * journalled before it runs, and against that mark the database shows later whether it took effect.
 */
public interface Step {
  String sql();

  /** State to record before the statement runs. */
  Map<String, String> mark(Session session) throws SQLException;

  /** Outcome of the statement; only read when no backend runs it. */
  StepOutcome aftermath(Session session, Map<String, String> mark) throws SQLException;

  /** How far the backend has got; empty while the server reports nothing. */
  Optional<Progress> progress(Session session, int backendPid) throws SQLException;
}
