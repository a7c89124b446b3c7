package dev.pgmend.healing.detect;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.memory.SavedMemory;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Lets one detector look at a test's database, with the settings that a test gives it. */
public record Look(
    Detector detector, Memory memory, Map<String, String> settings, List<Server> standbys) {
  public static Look with(Detector detector) {
    return new Look(detector, new Memory(), Map.of(), List.of());
  }

  public Look setting(String name, String value) {
    return general(detector.name() + "." + name, value);
  }

  /** A setting that is not the detector's own. */
  public Look general(String name, String value) {
    var more = new HashMap<>(settings);
    more.put(name, value);
    return new Look(detector, memory, more, standbys);
  }

  public Look standbys(List<Server> servers) {
    return new Look(detector, memory, settings, servers);
  }

  /** As after a restart of the process, with what outlives one. */
  public Look restarted() throws IOException {
    var saved = SavedMemory.write(memory, Integer.MAX_VALUE);
    return new Look(detector, SavedMemory.read(saved), settings, standbys);
  }

  public List<Finding> at(TestDatabase database) throws SQLException {
    Faults.flushStatistics(database);
    return at(database.server());
  }

  public List<Finding> at(Server server) throws SQLException {
    return at(server, UnaryOperator.identity());
  }

  /** As if it were then. */
  public List<Finding> at(TestDatabase database, Instant then) throws SQLException {
    Faults.flushStatistics(database);
    return at(
        database.server(),
        now ->
            new Inspection(
                now.session(),
                now.facts(),
                now.thresholds(),
                now.memory(),
                then,
                now.deadline(),
                now.standbys()));
  }

  private List<Finding> at(Server server, UnaryOperator<Inspection> changed) throws SQLException {
    try (var session = server.open(Purpose.INSPECT, "pgmend/test")) {
      return detector.detect(changed.apply(begin(session)));
    }
  }

  /** Whether one that is known still stands. */
  public Optional<Finding> again(TestDatabase database, Finding known) throws SQLException {
    Faults.flushStatistics(database);
    try (var session = database.server().open(Purpose.INSPECT, "pgmend/test")) {
      return detector.lookAgain(begin(session), known);
    }
  }

  private Inspection begin(Session session) throws SQLException {
    return Inspection.begin(
        session, new Thresholds(settings), memory, Deadline.after(Duration.ofMinutes(1)), standbys);
  }

  /** The names of the indexes that were found. */
  public List<String> indexesAt(TestDatabase database) throws SQLException {
    return at(database).stream().map(finding -> finding.target().index()).toList();
  }
}
