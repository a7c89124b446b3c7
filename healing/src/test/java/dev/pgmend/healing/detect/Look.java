// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.memory.SavedMemory;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Machine;
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

/** Lets one detector inspect a test's database, with the options that a test gives it. */
public record Look(
    Detector detector, Memory memory, InspectionOptions options, List<Server> standbys) {
  public static Look with(Detector detector) {
    return new Look(detector, new Memory(), InspectionOptions.DEFAULTS, List.of());
  }

  /** A threshold of the detector. */
  public Look setting(String name, String value) {
    var more = new HashMap<>(options.thresholds().settings());
    more.put(detector.name() + "." + name, value);
    return with(new InspectionOptions(new Thresholds(more), options.settings(), options.machine()));
  }

  /** A setting that a policy pins. */
  public Look pinned(String parameter, String value) {
    var more = new HashMap<>(options.settings().pinned());
    more.put(parameter, value);
    return with(options.with(new SettingPolicy(more, options.settings().bounds())));
  }

  /** A setting that a policy bounds from above. */
  public Look atMost(String parameter, String max) {
    var bounds = new SettingPolicy.Bounds(Optional.empty(), Optional.of(max));
    return with(
        options.with(new SettingPolicy(options.settings().pinned(), Map.of(parameter, bounds))));
  }

  /** What is declared of the server's machine. */
  public Look on(Machine machine) {
    return with(options.with(machine));
  }

  private Look with(InspectionOptions other) {
    return new Look(detector, memory, other, standbys);
  }

  public Look standbys(List<Server> servers) {
    return new Look(detector, memory, options, servers);
  }

  /** As after a restart of the process, with what outlives one. */
  public Look restarted() throws IOException {
    var saved = SavedMemory.write(memory, Integer.MAX_VALUE);
    return new Look(detector, SavedMemory.read(saved), options, standbys);
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
                now.options(),
                now.memory(),
                then,
                now.deadline(),
                now.standbys()));
  }

  private List<Finding> at(Server server, UnaryOperator<Inspection> changed) throws SQLException {
    try (var session = server.open(Purpose.INSPECT, "pgmend/test")) {
      return declared(detector.detect(changed.apply(begin(session))));
    } catch (InspectionException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Whether one that is known still stands. */
  public Optional<Finding> again(TestDatabase database, Finding known) throws SQLException {
    Faults.flushStatistics(database);
    try (var session = database.server().open(Purpose.INSPECT, "pgmend/test")) {
      return detector
          .lookAgain(begin(session), known)
          .map(found -> declared(List.of(found)).getFirst());
    } catch (InspectionException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Findings may only carry what the detector declares, and name repairs that it declares. */
  private List<Finding> declared(List<Finding> findings) {
    var documentation = detector.documentation();
    for (var finding : findings) {
      if (finding.detector().equals(detector.name())) {
        assertThat(finding.evidence().keySet())
            .as("evidence that %s declares", detector.name())
            .allMatch(documentation::declares);
        finding.repair().ifPresent(repair -> assertThat(documentation.repairs()).contains(repair));
      }
    }
    return findings;
  }

  private Inspection begin(Session session) throws SQLException {
    return Inspection.begin(
        session, options, memory, Deadline.after(Duration.ofMinutes(1)), standbys);
  }

  /** The names of the indexes that were found. */
  public List<String> indexesAt(TestDatabase database) throws SQLException {
    return at(database).stream().map(finding -> finding.target().index()).toList();
  }
}
