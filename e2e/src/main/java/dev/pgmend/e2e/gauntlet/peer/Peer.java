// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import java.sql.SQLException;

/**
 * Another tool that is asked about the same server while a fault exists. Its published rule
 * applies, with thresholds lowered like pgmend's. {@link java.util.ServiceLoader} finds the
 * implementations; each server gets a new instance.
 */
public interface Peer {
  String name();

  /** The source of its rules: project, file and version. */
  String source();

  /**
   * Records the healthy state of the server, for rules that compare.
   *
   * @throws SQLException if a query fails
   */
  default void see(PeerSession session) throws SQLException {}

  /**
   * Asks whether the tool finds a fault, and what it does about it.
   *
   * @throws SQLException if a query of the tool fails
   */
  Answer answer(PeerSession session, Question question) throws SQLException;
}
