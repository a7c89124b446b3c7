// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.gauntlet.peer.Peers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Injects faults into one server while the operator runs. */
final class Gauntlet {
  private static final Duration MAX_CLEANUP_WAIT = Duration.ofSeconds(30);

  private final String postgres;
  private final TargetServer server;
  private final Events events;
  private final Peers peers;
  private final Duration interval;
  private final Consumer<Outcome> outcomes;

  /**
   * @param events of the operator, which is already running
   * @param peers asked about each fault
   * @param interval between two inspections
   * @param outcomes receives each outcome as it comes
   */
  Gauntlet(
      String postgres,
      TargetServer server,
      Events events,
      Peers peers,
      Duration interval,
      Consumer<Outcome> outcomes) {
    this.postgres = postgres;
    this.server = server;
    this.events = events;
    this.peers = peers;
    this.interval = interval;
    this.outcomes = outcomes;
  }

  /** Injects one fault after the other, so that each is measured alone. */
  void run(List<Fault> faults) throws InterruptedException {
    for (var fault : faults) {
      runTogether(List.of(fault));
    }
  }

  /**
   * Injects many faults at once, which is quicker and harder on the operator. Faults that prevent
   * other repairs come first, one by one.
   */
  void runAtOnce(List<Fault> faults) throws InterruptedException {
    runTogether(faults.stream().filter(Fault::disturbs).toList());
    runTogether(faults.stream().filter(fault -> !fault.disturbs()).toList());
  }

  private void runTogether(List<Fault> faults) throws InterruptedException {
    var possible = faults.stream().filter(this::isPossible).toList();
    var runs =
        possible.stream()
            .map(fault -> new FaultRun(postgres, fault, possible, server, events, peers, interval))
            .toList();
    runs.forEach(FaultRun::inject);
    for (var run : runs) {
      outcomes.accept(run.end());
    }
    // The findings of one fault must not count against the next one.
    for (var fault : possible) {
      events.awaitGone(fault.detector(), MAX_CLEANUP_WAIT.plus(interval));
    }
  }

  private boolean isPossible(Fault fault) {
    try {
      var obstacle = fault.impossible(server);
      obstacle.ifPresent(why -> outcomes.accept(Outcome.skipped(postgres, fault, why)));
      return obstacle.isEmpty();
    } catch (SQLException e) {
      outcomes.accept(Outcome.broken(postgres, fault, e));
      return false;
    }
  }
}
