// SPDX-License-Identifier: Apache-2.0
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

/** The events that the operator has printed so far, with the time of each. */
final class Events {
  private final List<Received> all = new ArrayList<>();
  private final Path log;

  /**
   * @param log receives every line unchanged
   */
  Events(Path log) {
    this.log = log;
  }

  /** An event and when it was received, by the monotonic clock. */
  record Received(OperatorEvent event, long nanos) {}

  /** Adds a line that the operator printed. Called from the reader's thread. */
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
          all.add(new Received(event, System.nanoTime()));
          notifyAll();
        });
  }

  /** Waits for the first matching event since a moment. */
  synchronized Optional<Received> await(
      long sinceNanos, Duration atMost, Predicate<OperatorEvent> wanted)
      throws InterruptedException {
    var end = System.nanoTime() + atMost.toNanos();
    while (true) {
      for (var received : all) {
        if (received.nanos >= sinceNanos && wanted.test(received.event)) {
          return Optional.of(received);
        }
      }
      var left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Waits until a detector has no current finding above Info. */
  synchronized void awaitGone(String detector, Duration atMost) throws InterruptedException {
    var end = System.nanoTime() + atMost.toNanos();
    while (current().values().stream().anyMatch(f -> f.detector().equals(detector))) {
      var left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Current findings above Info, by detector and target. */
  private Map<String, Finding> current() {
    var current = new LinkedHashMap<String, Finding>();
    for (var received : all) {
      if (received.event instanceof Finding finding) {
        var name = finding.detector() + " " + finding.target();
        if (finding.found() && !finding.severity().equals("info")) {
          current.put(name, finding);
        } else {
          current.remove(name);
        }
      }
    }
    return current;
  }

  /** Findings above Info that were reported since a moment. */
  synchronized List<Finding> findingsSince(long sinceNanos) {
    return all.stream()
        .filter(received -> received.nanos >= sinceNanos)
        .map(Received::event)
        .filter(Finding.class::isInstance)
        .map(Finding.class::cast)
        .filter(finding -> finding.found() && !finding.severity().equals("info"))
        .toList();
  }

  /** All findings that were reported, of every severity. */
  synchronized List<Finding> findings() {
    return all.stream()
        .map(Received::event)
        .filter(Finding.class::isInstance)
        .map(Finding.class::cast)
        .filter(Finding::found)
        .toList();
  }

  /** The last event of a matching action. */
  synchronized Optional<Action> last(Predicate<Action> wanted) {
    return all.stream()
        .map(Received::event)
        .filter(Action.class::isInstance)
        .map(Action.class::cast)
        .filter(wanted)
        .reduce((_, later) -> later);
  }
}
