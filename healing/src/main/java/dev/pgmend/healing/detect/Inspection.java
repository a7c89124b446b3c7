package dev.pgmend.healing.detect;

import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import java.util.List;

/**
 * What a detector is given: one read-only session to one database, and what is known of it.
 *
 * @param standbys that we know how to reach; the server may have others
 */
public record Inspection(
    Session session,
    ServerFacts facts,
    Thresholds thresholds,
    Memory memory,
    Deadline deadline,
    List<Server> standbys) {

  public Inspection {
    standbys = List.copyOf(standbys);
  }

  public String database() {
    return session.database();
  }
}
