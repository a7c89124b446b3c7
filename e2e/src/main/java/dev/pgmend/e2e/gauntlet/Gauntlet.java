package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.gauntlet.peer.Peers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Sends one server through all scenarios while the operator runs. */
final class Gauntlet {
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(30);

  private final String postgres;
  private final TargetServer arena;
  private final Events events;
  private final Peers peers;
  private final Duration interval;
  private final Consumer<Outcome> told;

  /**
   * @param events of the operator, which runs already
   * @param peers asked about each fault
   * @param interval between two inspections
   * @param told of each outcome as it comes
   */
  Gauntlet(
      String postgres,
      TargetServer arena,
      Events events,
      Peers peers,
      Duration interval,
      Consumer<Outcome> told) {
    this.postgres = postgres;
    this.arena = arena;
    this.events = events;
    this.peers = peers;
    this.interval = interval;
    this.told = told;
  }

  /** One after the other: each is told apart from all others. */
  void run(List<Fault> scenarios) throws InterruptedException {
    for (var scenario : scenarios) {
      runTogether(List.of(scenario));
    }
  }

  /**
   * Many at once, which is quicker, and as hard on the operator as it gets. Those that keep others
   * from being mended come first, by themselves.
   */
  void runAtOnce(List<Fault> scenarios) throws InterruptedException {
    runTogether(scenarios.stream().filter(Fault::disturbs).toList());
    runTogether(scenarios.stream().filter(scenario -> !scenario.disturbs()).toList());
  }

  private void runTogether(List<Fault> scenarios) throws InterruptedException {
    var possible = scenarios.stream().filter(this::isPossible).toList();
    var courses =
        possible.stream()
            .map(scenario ->
                new FaultRun(postgres, scenario, possible, arena, events, peers, interval))
            .toList();
    courses.forEach(FaultRun::inject);
    for (var course : courses) {
      told.accept(course.end());
    }
    // What one scenario leaves must not be taken for what the next one brings.
    for (var scenario : possible) {
      events.awaitGone(scenario.detector(), LONGEST_FAREWELL.plus(interval));
    }
  }

  private boolean isPossible(Fault scenario) {
    try {
      var obstacle = scenario.impossible(arena);
      obstacle.ifPresent(why -> told.accept(Outcome.skipped(postgres, scenario, why)));
      return obstacle.isEmpty();
    } catch (SQLException e) {
      told.accept(Outcome.broken(postgres, scenario, e));
      return false;
    }
  }
}
