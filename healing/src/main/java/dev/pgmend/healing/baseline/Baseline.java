// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.baseline;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Usual values of one quantity that is never negative, such as a statement's time. It is compared
 * on a logarithmic scale: twice as much counts the same for small and large.
 *
 * <p>Of each hour the median and the spread are kept for five weeks. A value is compared with the
 * same hour of earlier weeks, and those beside it, as soon as there are two such weeks, since what
 * is usual on a Monday morning is not on a Sunday night; before that with the hours of the last
 * week; and at first with the single values of the last hours.
 *
 * <p>Not for use by two threads at once.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
public final class Baseline {
  private static final long HOUR_MS = 3_600_000;
  private static final long HOURS_PER_WEEK = 168;
  private static final long HOURS_KEPT = 5 * HOURS_PER_WEEK;
  private static final long HOURS_BESIDE = 1;
  private static final int MIN_SEASONS = 2;
  private static final int MIN_REFERENCE = 12;
  private static final int MIN_TESTED = 3;
  private static final int SAMPLES_KEPT = 240;

  /** Values that differ by less than a twentieth are the same. */
  private static final double FLOOR = Math.log(1.05);

  private double unit;

  /** Keys are hours since 1970. */
  private TreeMap<Long, Spread> hours = new TreeMap<>();

  private Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long atMs, double log) {
    long hour() {
      return Math.floorDiv(atMs, HOUR_MS);
    }
  }

  /**
   * Distance of the values in a window from the usual values.
   *
   * @param value the median of the window
   * @param usual the median of what it is compared with
   * @param score how many robust standard deviations above it, on the logarithmic scale
   * @param samples so many medians or values it was compared with
   * @param seasonal whether those were of the same hour of the week
   */
  public record Deviation(double value, double usual, double score, int samples, boolean seasonal) {
    public double factor() {
      return value / usual;
    }
  }

  /**
   * @param unit what is too little to matter, in the quantity's own unit: it keeps the logarithm
   *     from making much of nearly nothing
   */
  public Baseline(double unit) {
    this.unit = unit;
  }

  private Baseline() {
    this(1);
  }

  /** Values come in the order of time. */
  public void add(Instant at, double value) {
    var sample = new Sample(at.toEpochMilli(), Math.log(value + unit));
    if (!samples.isEmpty() && samples.getLast().hour() < sample.hour()) {
      close(samples.getLast().hour());
      hours.headMap(sample.hour() - HOURS_KEPT).clear();
    }
    samples.addLast(sample);
    if (samples.size() > SAMPLES_KEPT) {
      samples.removeFirst();
    }
  }

  /** When the last value came; the epoch if none did. */
  public Instant last() {
    return samples.isEmpty() ? Instant.EPOCH : Instant.ofEpochMilli(samples.getLast().atMs);
  }

  /**
   * Compares the values of the last time with those before; none is on both sides.
   *
   * @param window so long before now begins what is tested
   * @return empty if there are too few values in the window or before it
   */
  public Optional<Deviation> deviation(Instant now, Duration window) {
    var begin = now.minus(window).toEpochMilli();
    var tested = samples.stream().filter(s -> s.atMs >= begin).mapToDouble(Sample::log).toArray();
    if (tested.length < MIN_TESTED) {
      return Optional.empty();
    }
    var value = Spread.of(tested).center();
    var seasonal = sameHours(begin);
    if (seasonal.isPresent()) {
      return seasonal.map(spreads -> deviation(value, spreads, true));
    }
    var lastWeek = lastWeek(begin);
    if (lastWeek.size() >= MIN_REFERENCE) {
      return Optional.of(deviation(value, lastWeek, false));
    }
    var before = samples.stream().filter(s -> s.atMs < begin).mapToDouble(Sample::log).toArray();
    return before.length < MIN_REFERENCE
        ? Optional.empty()
        : Optional.of(deviation(value, Spread.of(before), before.length, false));
  }

  /** Whether the days have been going up or down. */
  public Optional<Trend> trend() {
    var byDay = new TreeMap<Long, List<Double>>();
    hours.forEach((hour, spread) ->
        byDay
            .computeIfAbsent(Math.floorDiv(hour, 24L), _ -> new ArrayList<>())
            .add(spread.center()));
    var days = new TreeMap<Long, Double>();
    byDay.forEach((day, centers) -> days.put(day, Spread.of(array(centers)).center()));
    return Trend.of(days);
  }

  private void close(long hour) {
    var logs = samples.stream().filter(s -> s.hour() == hour).mapToDouble(Sample::log).toArray();
    hours.put(hour, Spread.of(logs));
  }

  private Optional<List<Spread>> sameHours(long beginMs) {
    var hour = Math.floorDiv(beginMs, HOUR_MS);
    var spreads = new ArrayList<Spread>();
    var seasons = 0;
    for (var same = hour - HOURS_PER_WEEK; same >= hour - HOURS_KEPT; same -= HOURS_PER_WEEK) {
      var beside = hours.subMap(same - HOURS_BESIDE, true, same + HOURS_BESIDE, true).values();
      spreads.addAll(beside);
      seasons += beside.isEmpty() ? 0 : 1;
    }
    return seasons < MIN_SEASONS ? Optional.empty() : Optional.of(spreads);
  }

  private List<Spread> lastWeek(long beginMs) {
    var hour = Math.floorDiv(beginMs, HOUR_MS);
    return List.copyOf(hours.subMap(hour - HOURS_PER_WEEK, hour).values());
  }

  /** Differences between hours and within an hour are both usual. */
  private Deviation deviation(double value, List<Spread> reference, boolean seasonal) {
    var between = Spread.of(array(reference.stream().map(Spread::center).toList()));
    var within = Spread.of(array(reference.stream().map(Spread::scale).toList())).center();
    var both = new Spread(between.center(), Math.hypot(between.scale(), within));
    return deviation(value, both, reference.size(), seasonal);
  }

  private Deviation deviation(double value, Spread usual, int samples, boolean seasonal) {
    return new Deviation(
        Math.max(0, Math.exp(value) - unit),
        Math.max(unit, Math.exp(usual.center()) - unit),
        usual.score(value, FLOOR),
        samples,
        seasonal);
  }

  private static double[] array(List<Double> values) {
    return values.stream().flatMapToDouble(DoubleStream::of).toArray();
  }
}
