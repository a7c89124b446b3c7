package dev.pgmend.healing.detect;

import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;

/** What a detector is given: one read-only session to one database, and what is known of it. */
public record Inspection(
    Session session, ServerFacts facts, Thresholds thresholds, Memory memory, Deadline deadline) {

  public String database() {
    return session.database();
  }
}
