package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.demo.operator.OperatorEvent;
import dev.pgmend.e2e.demo.operator.OperatorEvent.Action;
import dev.pgmend.e2e.demo.operator.OperatorEvent.Finding;
import dev.pgmend.e2e.demo.operator.Phase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends one server through all scenarios, one after the other, while the operator runs. */
final class Gauntlet {
  private static final Duration LONGEST_DETECTION = Duration.ofSeconds(45);
  private static final Duration LONGEST_REPAIR = Duration.ofMinutes(2);
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(30);

  private final String postgres;
  private final Arena arena;
  private final Events events;
  private final Consumer<Outcome> told;

  /**
   * @param events of the operator, which runs already
   * @param told of each outcome as it comes
   */
  Gauntlet(String postgres, Arena arena, Events events, Consumer<Outcome> told) {
    this.postgres = postgres;
    this.arena = arena;
    this.events = events;
    this.told = told;
  }

  void run(List<Scenario> scenarios) throws InterruptedException {
    for (var scenario : scenarios) {
      told.accept(run(scenario));
    }
  }

  private Outcome run(Scenario scenario) throws InterruptedException {
    try {
      var impossible = scenario.impossible(arena);
      if (impossible.isPresent()) {
        return Outcome.skipped(postgres, scenario, impossible.get());
      }
      try {
        scenario.prepare(arena);
        return injected(scenario);
      } finally {
        scenario.cleanUp(arena);
        awaitQuiet(scenario);
      }
    } catch (SQLException e) {
      return broken(scenario, e);
    }
  }

  private Outcome injected(Scenario scenario) throws SQLException, InterruptedException {
    var begin = System.nanoTime();
    scenario.inject(arena);
    var injected = System.nanoTime();
    var found = events.await(begin, LONGEST_DETECTION, event -> isIts(scenario, event));
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
          alsoFound(scenario, begin),
          "not found within %d s".formatted(LONGEST_DETECTION.toSeconds()));
    }
    // What is found while the fault is still being made was found at once.
    var detect = seconds(Math.max(0, found.get().nanos() - injected));
    return scenario.mendable()
        ? mended(scenario, begin, found.get(), detect)
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
            alsoFound(scenario, begin),
            null);
  }

  private Outcome mended(Scenario scenario, long begin, Events.Said found, double detect)
      throws SQLException, InterruptedException {
    var ran =
        events.await(
            begin,
            LONGEST_REPAIR,
            event ->
                isOf(scenario, event)
                    && event instanceof Action action
                    && (action.phase() == Phase.Verifying || action.phase().ended()));
    var ended =
        events.await(
            begin,
            LONGEST_REPAIR,
            event ->
                isOf(scenario, event) && event instanceof Action action && action.phase().ended());
    var last = ended.map(said -> (Action) said.event());
    return new Outcome(
        postgres,
        scenario.detector(),
        null,
        true,
        true,
        last.map(Action::type).orElse(null),
        last.map(Gauntlet::verdict).orElse(null),
        scenario.isGone(arena),
        detect,
        ran.map(said -> seconds(said.nanos() - found.nanos())).orElse(null),
        alsoFound(scenario, begin),
        problem(last.orElse(null)));
  }

  private static @Nullable String problem(@Nullable Action last) {
    if (last == null) {
      return "no action ended within %d s".formatted(LONGEST_REPAIR.toSeconds());
    }
    return last.phase() == Phase.Succeeded
        ? null
        : "%s ended as %s: %s".formatted(last.type(), last.phase(), last.message());
  }

  private static String verdict(Action action) {
    return action.effect().map(effect -> effect.decision().name()).orElse("not measured");
  }

  private static boolean isIts(Scenario scenario, OperatorEvent event) {
    return event instanceof Finding finding
        && finding.found()
        && !finding.severity().equals("info")
        && finding.detector().equals(scenario.detector())
        && finding.target().contains(scenario.target());
  }

  private static boolean isOf(Scenario scenario, OperatorEvent event) {
    return event instanceof Action action
        && action.detector().equals(scenario.detector())
        && action.target().contains(scenario.target());
  }

  private List<String> alsoFound(Scenario scenario, long begin) {
    return events.foundSince(begin).stream()
        .filter(finding -> !isIts(scenario, finding))
        .filter(finding -> !scenario.comesWith().contains(finding.detector()))
        .map(finding -> finding.detector() + " " + finding.target())
        .distinct()
        .toList();
  }

  /** What one scenario leaves must not be taken for what the next one brings. */
  private void awaitQuiet(Scenario scenario) throws InterruptedException {
    var end = System.nanoTime() + LONGEST_FAREWELL.toNanos();
    while (System.nanoTime() < end
        && events.standing().keySet().stream()
            .anyMatch(name -> name.startsWith(scenario.detector() + " "))) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private Outcome broken(Scenario scenario, SQLException e) {
    return new Outcome(
        postgres,
        scenario.detector(),
        null,
        false,
        scenario.mendable(),
        null,
        null,
        false,
        null,
        null,
        List.of(),
        "the scenario itself failed: " + e.getMessage());
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e8) / 10.0;
  }
}
