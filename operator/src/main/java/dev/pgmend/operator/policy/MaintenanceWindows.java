// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.policy;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.pgmend.api.v1alpha1.Durations;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** When repairs can start: at any time if there are no windows, else in one of them. */
public final class MaintenanceWindows {
  private static final CronParser CRON =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final List<Opening> openings;

  private record Opening(ExecutionTime schedule, Duration duration, ZoneId zone) {
    Optional<Instant> lastBefore(Instant now) {
      return schedule.lastExecution(at(now)).map(ZonedDateTime::toInstant);
    }

    Optional<Instant> nextAfter(Instant now) {
      return schedule.nextExecution(at(now)).map(ZonedDateTime::toInstant);
    }

    private ZonedDateTime at(Instant now) {
      // The last execution of the library is strictly before: the moment of opening counts too.
      return now.plusMillis(1).atZone(zone);
    }
  }

  /**
   * @throws IllegalArgumentException if a schedule, duration or time zone cannot be parsed
   */
  public MaintenanceWindows(List<Window> windows) {
    openings = windows.stream().map(MaintenanceWindows::opening).toList();
  }

  public boolean isOpen(Instant now) {
    return openings.isEmpty() || openings.stream().anyMatch(opening -> isOpen(opening, now));
  }

  /** When the next window opens; empty if there are no windows, or none will ever open. */
  public Optional<Instant> nextOpening(Instant now) {
    return openings.stream()
        .flatMap(opening -> opening.nextAfter(now).stream())
        .min(Comparator.naturalOrder());
  }

  private static boolean isOpen(Opening opening, Instant now) {
    return opening
        .lastBefore(now)
        .map(last -> now.isBefore(last.plus(opening.duration)))
        .orElse(false);
  }

  private static Opening opening(Window window) {
    try {
      return new Opening(
          ExecutionTime.forCron(CRON.parse(window.schedule())),
          Durations.parse(window.duration()),
          window.timeZoneOrDefault());
    } catch (RuntimeException e) {
      // The exceptions of the libraries have no other common type.
      throw new IllegalArgumentException(
          "window '%s' for %s: %s".formatted(window.schedule(), window.duration(), e.getMessage()),
          e);
    }
  }
}
