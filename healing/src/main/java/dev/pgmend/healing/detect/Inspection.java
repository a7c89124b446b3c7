// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Machine;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Input of a detector: one read-only session to one database, and facts about it.
 *
 * @param now by the server's clock, when the inspection began
 * @param standbys that we know how to reach; the server may have others
 */
public record Inspection(
    Session session,
    ServerFacts facts,
    InspectionOptions options,
    Memory memory,
    Instant now,
    Deadline deadline,
    List<Server> standbys) {

  public Inspection {
    standbys = List.copyOf(standbys);
  }

  /** One that begins now. */
  public static Inspection begin(
      Session session,
      InspectionOptions options,
      Memory memory,
      Deadline deadline,
      List<Server> standbys)
      throws SQLException {
    var now =
        session.queryOne(
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
            row -> Instant.ofEpochMilli(row.getLong(1)));
    return new Inspection(
        session, ServerFacts.read(session), options, memory, now, deadline, standbys);
  }

  public Thresholds thresholds() {
    return options.thresholds();
  }

  /** The machine under the server: what was declared, then what can be read from here. */
  public Machine machine() throws SQLException {
    return options.machine().or(Machine.ofLocal(session));
  }

  public String database() {
    return session.database();
  }
}
