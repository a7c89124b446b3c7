// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.pgmend.healing.baseline.Spread;
import dev.pgmend.healing.plan.PlanShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plans that one statement had, each with the times it took under it; the last is the one it
 * has now.
 *
 * @param example the statement with values, whose plan it is; empty if it is the generic plan
 */
record PlanHistory(String example, List<Era> eras) {
  private static final int MAX_ERAS = 5;
  private static final int MAX_TIMES = 60;

  /** Replaces an example that was not kept across a restart: it can contain user data. */
  private static final String FORGOTTEN = "?";

  PlanHistory {
    eras = List.copyOf(eras);
  }

  static PlanHistory begin(String example) {
    return new PlanHistory(example, List.of());
  }

  /** Restores a saved history. */
  @JsonCreator
  static PlanHistory restored(
      @JsonProperty("generic") boolean generic, @JsonProperty("eras") List<Era> eras) {
    return new PlanHistory(generic ? "" : FORGOTTEN, eras);
  }

  /** The form in which it is saved. */
  @JsonValue
  Map<String, Object> saved() {
    return Map.of("generic", example.isEmpty(), "eras", eras);
  }

  /** Whether there is no example any more that could be asked about. */
  boolean isForgotten() {
    return example.equals(FORGOTTEN);
  }

  /**
   * Goes on with an example, if there is none yet: what was seen of the generic plan is of another
   * one, what was seen before a restart is of one like it.
   */
  PlanHistory probedBy(String found) {
    if (found.isEmpty()) {
      return this;
    }
    return isForgotten()
        ? new PlanHistory(found, eras)
        : example.isEmpty() ? new PlanHistory(found, List.of()) : this;
  }

  /**
   * A plan while it was in use.
   *
   * @param sinceMs when it was first seen after another plan, in milliseconds since 1970
   * @param logMs the logarithm of the mean time of a call, of each interval that it was in use all
   *     the while; the latest last
   */
  record Era(PlanShape shape, long sinceMs, long lastMs, List<Double> logMs) {
    Era {
      logMs = List.copyOf(logMs);
    }

    Spread spread() {
      return Spread.of(logMs.stream().mapToDouble(Double::doubleValue).toArray());
    }

    boolean isOf(PlanShape other) {
      return shape.text().equals(other.text());
    }

    double medianMs() {
      return Math.exp(spread().center());
    }

    private Era with(Instant now, double meanMs) {
      var times = new ArrayList<>(logMs);
      times.add(Math.log(meanMs));
      var latest = times.subList(Math.max(0, times.size() - MAX_TIMES), times.size());
      return new Era(shape, sinceMs, now.toEpochMilli(), latest);
    }
  }

  /** A plan that is slower than one before it. */
  record Regression(Era before, Era after, double factor, double score) {}

  /**
   * With what an interval showed.
   *
   * @param shape of the plan at the interval's end
   * @param meanMs of a call; what an interval shows in which the plan changed belongs to neither
   */
  PlanHistory with(PlanShape shape, Instant now, double meanMs) {
    var known = new ArrayList<>(eras);
    if (!known.isEmpty() && known.getLast().isOf(shape)) {
      known.set(known.size() - 1, known.getLast().with(now, meanMs));
      return new PlanHistory(example, known);
    }
    var earlier = known.stream().filter(era -> era.isOf(shape)).findFirst();
    earlier.ifPresent(known::remove);
    known.add(
        new Era(
            shape,
            now.toEpochMilli(),
            now.toEpochMilli(),
            earlier.map(Era::logMs).orElse(List.of())));
    if (known.size() > MAX_ERAS) {
      known.removeFirst();
    }
    return new PlanHistory(example, known);
  }

  Instant last() {
    return Instant.ofEpochMilli(eras.getLast().lastMs);
  }

  /**
   * How much slower the current plan is than the fastest earlier one.
   *
   * @param intervals minimum number of intervals for each plan
   * @param floor of the scale, as a logarithm
   */
  Optional<Regression> regression(int intervals, double floor) {
    var now = eras.getLast();
    if (now.logMs.size() < intervals) {
      return Optional.empty();
    }
    return eras.stream()
        .limit(eras.size() - 1)
        .filter(era -> era.logMs.size() >= intervals)
        .min(Comparator.comparingDouble(Era::medianMs))
        .map(before -> {
          var center = now.spread().center();
          return new Regression(
              before,
              now,
              Math.exp(center - before.spread().center()),
              before.spread().score(center, floor));
        });
  }
}
