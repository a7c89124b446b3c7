package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Finding;
import dev.pgmend.e2e.testbed.operator.OperatorEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the operator has said so far, with the moment it was said. */
final class Events {
  private final List<Said> all = new ArrayList<>();
  private final Path log;

  /**
   * @param log receives every line as it is
   */
  Events(Path log) {
    this.log = log;
  }

  /** One event and when it came, by the monotonic clock. */
  record Said(OperatorEvent event, long nanos) {}

  /** Takes a line that the operator printed; from its reader's thread. */
  synchronized void line(String line) {
    try {
      Files.writeString(
          log,
          Instant.now() + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    OperatorEvents.parse(line)
        .ifPresent(event -> {
          all.add(new Said(event, System.nanoTime()));
          notifyAll();
        });
  }

  /** The first event since a moment that fits; waits for it. */
  synchronized Optional<Said> await(
      long sinceNanos, Duration atMost, Predicate<OperatorEvent> wanted)
      throws InterruptedException {
    var end = System.nanoTime() + atMost.toNanos();
    while (true) {
      for (var said : all) {
        if (said.nanos >= sinceNanos && wanted.test(said.event)) {
          return Optional.of(said);
        }
      }
      var left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Waits until no finding above info of a detector stands. */
  synchronized void awaitGone(String detector, Duration atMost) throws InterruptedException {
    var end = System.nanoTime() + atMost.toNanos();
    while (standing().values().stream().anyMatch(f -> f.detector().equals(detector))) {
      var left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Findings above info that stand, by detector and target. */
  private Map<String, Finding> standing() {
    var standing = new LinkedHashMap<String, Finding>();
    for (var said : all) {
      if (said.event instanceof Finding finding) {
        var name = finding.detector() + " " + finding.target();
        if (finding.found() && !finding.severity().equals("info")) {
          standing.put(name, finding);
        } else {
          standing.remove(name);
        }
      }
    }
    return standing;
  }

  /** Findings above info that were made since a moment. */
  synchronized List<Finding> foundSince(long sinceNanos) {
    return all.stream()
        .filter(said -> said.nanos >= sinceNanos)
        .map(Said::event)
        .filter(Finding.class::isInstance)
        .map(Finding.class::cast)
        .filter(finding -> finding.found() && !finding.severity().equals("info"))
        .toList();
  }

  /** Findings of every severity that were made. */
  synchronized List<Finding> found() {
    return all.stream()
        .map(Said::event)
        .filter(Finding.class::isInstance)
        .map(Finding.class::cast)
        .filter(Finding::found)
        .toList();
  }

  /** The last that was said of an action. */
  synchronized Optional<Action> last(Predicate<Action> wanted) {
    return all.stream()
        .map(Said::event)
        .filter(Action.class::isInstance)
        .map(Action.class::cast)
        .filter(wanted)
        .reduce((_, later) -> later);
  }
}
