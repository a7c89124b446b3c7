package dev.pgmend.e2e.gauntlet.peer;

import java.sql.SQLException;

/**
 * Another tool, asked about the same server while a fault stands. It is asked by the rule that it
 * publishes, with its thresholds lowered as pgmend's are. Implementations are found by {@link
 * java.util.ServiceLoader}, a fresh one for each server.
 */
public interface Peer {
  String name();

  /** Where its rules stand: project, file and version. */
  String source();

  /**
   * What it notes of a server in good order, for rules that compare.
   *
   * @throws SQLException if the server refuses
   */
  default void see(PeerSession session) throws SQLException {}

  /**
   * Whether it finds one fault, and what it does about it.
   *
   * @throws SQLException if the server refuses what the tool asks of it
   */
  Answer answer(PeerSession session, Question question) throws SQLException;
}
