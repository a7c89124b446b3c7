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

/** One scenario on its way through one server: prepared, injected, watched, cleaned up. */
final class FaultRun {
  private static final Duration LONGEST_REPAIR = Duration.ofMinutes(2);

  private final String postgres;
  private final Fault scenario;
  private final Collection<Fault> company;
  private final TargetServer arena;
  private final Events events;
  private final Peers peers;
  private final Duration interval;
  private final Traffic traffic;
  private final long begin;
  private long ripe;
  private @Nullable SQLException failed;
  private @Nullable Thread asking;

  /**
   * Makes what the fault will be brought about in, and lets the application use it.
   *
   * @param company the scenarios that are under way at the same time, this one among them
   * @param peers asked about the fault while it stands
   * @param interval between two inspections
   */
  FaultRun(
      String postgres,
      Fault scenario,
      Collection<Fault> company,
      TargetServer arena,
      Events events,
      Peers peers,
      Duration interval) {
    this.postgres = postgres;
    this.scenario = scenario;
    this.company = company;
    this.arena = arena;
    this.events = events;
    this.peers = peers;
    this.interval = interval;
    this.begin = System.nanoTime();
    try {
      scenario.prepare(arena, interval);
      peers.see();
    } catch (SQLException e) {
      failed = e;
    }
    this.traffic = Traffic.start(arena, scenario.traffic());
    this.ripe = begin;
  }

  void inject() {
    if (failed != null) {
      return;
    }
    try {
      scenario.inject(arena);
    } catch (SQLException e) {
      failed = e;
    }
    ripe = System.nanoTime() + scenario.ripensIn(interval).toNanos();
    asking = Thread.ofVirtual().start(this::askPeers);
  }

  /** At once, and again when pgmend has found it: some rules need time to see it. */
  private void askPeers() {
    var question = new Question(scenario.detector(), scenario.target(), scenario.thresholds());
    peers.ask(question);
    try {
      if (awaitFinding().isPresent()) {
        peers.ask(question);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the fault has been one for as long as it may go unnoticed. */
  private Optional<Events.Said> awaitFinding() throws InterruptedException {
    var left = ripe + findableWithin().toNanos() - System.nanoTime();
    return events.await(begin, Duration.ofNanos(left), event -> isIts(scenario, event));
  }

  /** Some faults take a second look, and one may come right after an inspection. */
  private Duration findableWithin() {
    var inspections = interval.multipliedBy(3);
    var quick = scenario.findableWithin();
    return quick.compareTo(inspections) > 0 ? quick : inspections;
  }

  /** One that was superseded is proposed anew at the next inspection. */
  private Duration longestRepair() {
    return LONGEST_REPAIR.plus(interval.multipliedBy(2));
  }

  private void awaitPeers() throws InterruptedException {
    if (asking != null) {
      asking.join();
    }
  }

  /** Waits for what the operator makes of it, and leaves nothing of it. */
  Outcome end() throws InterruptedException {
    try (traffic) {
      if (failed != null) {
        return Outcome.broken(postgres, scenario, failed);
      }
      var outcome = seen();
      awaitPeers();
      return withTraffic(outcome);
    } catch (SQLException e) {
      return Outcome.broken(postgres, scenario, e);
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
      scenario.cleanUp(arena);
    } catch (SQLException e) {
      System.err.println("Could not clean up after %s: %s".formatted(scenario.detector(), e));
    }
  }

  private Outcome seen() throws SQLException, InterruptedException {
    var found = awaitFinding();
    if (found.isEmpty()) {
      return new Outcome(
          postgres,
          scenario.detector(),
          null,
          false,
          scenario.mendable(),
          null,
          null,
          scenario.isGone(arena),
          null,
          null,
          alsoFound(),
          "not found within %d s".formatted(findableWithin().toSeconds()));
    }
    // What is found while the fault is still being made was found at once.
    var detect = seconds(Math.max(0, found.get().nanos() - ripe));
    return scenario.mendable()
        ? mended(found.get(), detect)
        : new Outcome(
            postgres,
            scenario.detector(),
            null,
            true,
            false,
            null,
            null,
            scenario.isGone(arena),
            detect,
            null,
            alsoFound(),
            null);
  }

  private Outcome mended(Events.Said found, double detect)
      throws SQLException, InterruptedException {
    var ran =
        events.await(
            begin,
            longestRepair(),
            event ->
                isOf(event)
                    && event instanceof Action action
                    && (action.phase() == Phase.Verifying || action.phase().ended()));
    var ended =
        events.await(
            begin,
            longestRepair(),
            event ->
                isOf(event)
                    && event instanceof Action action
                    && action.phase().ended()
                    && action.phase() != Phase.Superseded);
    var last = ended.map(said -> (Action) said.event());
    return new Outcome(
        postgres,
        scenario.detector(),
        null,
        true,
        true,
        last.map(Action::type).orElse(null),
        last.map(FaultRun::verdict).orElse(null),
        scenario.isGone(arena),
        detect,
        ran.map(said -> seconds(said.nanos() - found.nanos())).orElse(null),
        alsoFound(),
        problem(last.orElse(null)));
  }

  private @Nullable String problem(@Nullable Action last) {
    if (last == null) {
      return "no action ended within %d s".formatted(longestRepair().toSeconds());
    }
    return last.phase() == Phase.Succeeded
        ? null
        : "%s ended as %s: %s".formatted(last.type(), last.phase(), last.message());
  }

  private static String verdict(Action action) {
    return action.effect().map(effect -> effect.decision().name()).orElse("not measured");
  }

  private static boolean isIts(Fault scenario, OperatorEvent event) {
    return event instanceof Finding finding
        && finding.found()
        && !finding.severity().equals("info")
        && finding.detector().equals(scenario.detector())
        && finding.target().contains(scenario.target());
  }

  private boolean isOf(OperatorEvent event) {
    return event instanceof Action action
        && action.detector().equals(scenario.detector())
        && action.target().contains(scenario.target());
  }

  /** What has another cause in the company is not held against this one. */
  private List<String> alsoFound() {
    return events.foundSince(begin).stream()
        .filter(finding -> company.stream().noneMatch(one -> isExpected(one, finding)))
        .map(finding -> finding.detector() + " " + finding.target())
        .distinct()
        .toList();
  }

  private static boolean isExpected(Fault scenario, Finding finding) {
    return isIts(scenario, finding) || scenario.comesWith().contains(finding.detector());
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e8) / 10.0;
  }
}
