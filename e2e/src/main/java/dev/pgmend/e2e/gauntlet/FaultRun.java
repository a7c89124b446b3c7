// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.gauntlet.peer.Peers;
import dev.pgmend.e2e.gauntlet.peer.Question;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Finding;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One fault on one server: it is prepared, injected, observed and cleaned up. */
final class FaultRun {
  private static final Duration MAX_REPAIR = Duration.ofMinutes(2);

  private final String postgres;
  private final Fault fault;
  private final Collection<Fault> concurrent;
  private final TargetServer server;
  private final Events events;
  private final Peers peers;
  private final Duration interval;
  private final Traffic traffic;
  private final long begin;
  private long ripe;
  private @Nullable SQLException failed;
  private @Nullable Thread asking;

  /**
   * Creates the objects that the fault needs, and starts the application's traffic on them.
   *
   * @param concurrent the faults that are injected at the same time, including this one
   * @param peers asked about the fault while it exists
   * @param interval between two inspections
   */
  FaultRun(
      String postgres,
      Fault fault,
      Collection<Fault> concurrent,
      TargetServer server,
      Events events,
      Peers peers,
      Duration interval) {
    this.postgres = postgres;
    this.fault = fault;
    this.concurrent = concurrent;
    this.server = server;
    this.events = events;
    this.peers = peers;
    this.interval = interval;
    this.begin = System.nanoTime();
    try {
      fault.prepare(server, interval);
      peers.see();
    } catch (SQLException e) {
      failed = e;
    }
    this.traffic = Traffic.start(server, fault.traffic());
    this.ripe = begin;
  }

  void inject() {
    if (failed != null) {
      return;
    }
    try {
      fault.inject(server);
    } catch (SQLException e) {
      failed = e;
    }
    ripe = System.nanoTime() + fault.ripensIn(interval).toNanos();
    asking = Thread.ofVirtual().start(this::askPeers);
  }

  /** Asks at once, and again when pgmend has found the fault, because some rules need time. */
  private void askPeers() {
    var question = new Question(fault.detector(), fault.target(), fault.thresholds());
    peers.ask(question);
    try {
      if (awaitFinding().isPresent()) {
        peers.ask(question);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the finding until the time for it is over. */
  private Optional<Events.Received> awaitFinding() throws InterruptedException {
    var left = ripe + findableWithin().toNanos() - System.nanoTime();
    return events.await(begin, Duration.ofNanos(left), event -> isIts(fault, event));
  }

  /** Some faults need two inspections, and a fault may be injected right after one. */
  private Duration findableWithin() {
    var inspections = interval.multipliedBy(3);
    var quick = fault.findableWithin();
    return quick.compareTo(inspections) > 0 ? quick : inspections;
  }

  /** A superseded action is proposed again at the next inspection. */
  private Duration maxRepair() {
    return MAX_REPAIR.plus(interval.multipliedBy(2));
  }

  private void awaitPeers() throws InterruptedException {
    if (asking != null) {
      asking.join();
    }
  }

  /** Waits until the operator has dealt with the fault, then cleans up. */
  Outcome end() throws InterruptedException {
    try (traffic) {
      if (failed != null) {
        return Outcome.broken(postgres, fault, failed);
      }
      var outcome = observe();
      awaitPeers();
      return withTraffic(outcome);
    } catch (SQLException e) {
      return Outcome.broken(postgres, fault, e);
    } finally {
      cleanUp();
    }
  }

  private Outcome withTraffic(Outcome outcome) {
    traffic.close();
    var error = traffic.firstError();
    return error.isEmpty() ? outcome : outcome.withProblem("the application failed: " + error);
  }

  private void cleanUp() {
    try {
      fault.cleanUp(server);
    } catch (SQLException e) {
      System.err.println("Could not clean up after %s: %s".formatted(fault.detector(), e));
    }
  }

  private Outcome observe() throws SQLException, InterruptedException {
    var found = awaitFinding();
    if (found.isEmpty()) {
      return new Outcome(
          postgres,
          fault.detector(),
          null,
          false,
          fault.repairable(),
          null,
          null,
          fault.isGone(server),
          null,
          null,
          alsoFound(),
          "not found within %d s".formatted(findableWithin().toSeconds()));
    }
    // A finding that comes before the injection has ended counts as immediate.
    var detect = seconds(Math.max(0, found.get().nanos() - ripe));
    return fault.repairable()
        ? repaired(found.get(), detect)
        : new Outcome(
            postgres,
            fault.detector(),
            null,
            true,
            false,
            null,
            null,
            fault.isGone(server),
            detect,
            null,
            alsoFound(),
            null);
  }

  private Outcome repaired(Events.Received found, double detect)
      throws SQLException, InterruptedException {
    var ran =
        events.await(
            begin,
            maxRepair(),
            event ->
                isOf(event)
                    && event instanceof Action action
                    && (action.phase() == Phase.Verifying || action.phase().ended()));
    var ended =
        events.await(
            begin,
            maxRepair(),
            event ->
                isOf(event)
                    && event instanceof Action action
                    && action.phase().ended()
                    && action.phase() != Phase.Superseded);
    var last = ended.map(received -> (Action) received.event());
    return new Outcome(
        postgres,
        fault.detector(),
        null,
        true,
        true,
        last.map(Action::type).orElse(null),
        last.map(FaultRun::verdict).orElse(null),
        fault.isGone(server),
        detect,
        ran.map(received -> seconds(received.nanos() - found.nanos())).orElse(null),
        alsoFound(),
        problem(last.orElse(null)));
  }

  private @Nullable String problem(@Nullable Action last) {
    if (last == null) {
      return "no action ended within %d s".formatted(maxRepair().toSeconds());
    }
    return last.phase() == Phase.Succeeded
        ? null
        : "%s ended as %s: %s".formatted(last.type(), last.phase(), last.message());
  }

  private static String verdict(Action action) {
    return action.effect().map(effect -> effect.decision().name()).orElse("not measured");
  }

  private static boolean isIts(Fault fault, OperatorEvent event) {
    return event instanceof Finding finding
        && finding.found()
        && !finding.severity().equals("info")
        && finding.detector().equals(fault.detector())
        && finding.target().contains(fault.target());
  }

  private boolean isOf(OperatorEvent event) {
    return event instanceof Action action
        && action.detector().equals(fault.detector())
        && action.target().contains(fault.target());
  }

  /** Findings, except those that any of the concurrent faults explains. */
  private List<String> alsoFound() {
    return events.findingsSince(begin).stream()
        .filter(finding -> concurrent.stream().noneMatch(one -> isExpected(one, finding)))
        .map(finding -> finding.detector() + " " + finding.target())
        .distinct()
        .toList();
  }

  private static boolean isExpected(Fault fault, Finding finding) {
    return isIts(fault, finding) || fault.comesWith().contains(finding.detector());
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e8) / 10.0;
  }
}
