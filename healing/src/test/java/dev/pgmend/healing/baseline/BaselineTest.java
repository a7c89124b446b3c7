// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class BaselineTest {
  private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(5);
  private static final Duration WINDOW = Duration.ofMinutes(15);

  private final Baseline baseline = new Baseline(0.01);
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private Instant now = MONDAY;

  /** A quantity over time. */
  private interface Course {
    double at(Instant time);
  }

  @Test
  void ofTooFewValuesNothingIsSaid() {
    run(Duration.ofMinutes(60), _ -> 10);
    assertThat(baseline.deviation(now, WINDOW)).isEmpty();
  }

  @Test
  void theLastHoursAreEnoughToSeeAJump() {
    run(Duration.ofHours(3), _ -> noisy(10));
    assertThat(deviation().score()).isLessThan(3);

    run(WINDOW, _ -> noisy(30));
    assertThat(deviation().score()).isGreaterThan(3.5);
    assertThat(deviation().factor()).isCloseTo(3, within(0.5));
    assertThat(deviation().seasonal()).isFalse();
  }

  @Test
  void whatIsTestedIsNotWhatItIsComparedWith() {
    run(Duration.ofHours(2), _ -> noisy(10));
    run(Duration.ofHours(1), _ -> noisy(30));

    assertThat(baseline.deviation(now, Duration.ofHours(1)).orElseThrow().usual())
        .isCloseTo(10, within(1.0));
  }

  @Test
  void someWildValuesDoNotMakeTheRestUnusual() {
    run(Duration.ofHours(3), time -> time.getEpochSecond() % 1500 == 0 ? 5_000 : noisy(10));

    run(WINDOW, _ -> noisy(10));
    assertThat(deviation().score()).isLessThan(3);
  }

  @Test
  void theMondayRushIsUsualOnMondaysOnly() {
    Course week = time -> noisy(isRush(time) ? 100 : 10);
    run(Duration.ofDays(21).plusHours(9).plusMinutes(30), week);

    assertThat(deviation().score()).as("the rush").isLessThan(3);
    assertThat(deviation().seasonal()).isTrue();

    run(Duration.ofDays(1), week);
    run(WINDOW, _ -> noisy(100));
    assertThat(deviation().score()).as("as much on a Tuesday").isGreaterThan(3.5);
  }

  @Test
  void aSlowRiseIsATrendThoughNoDayStandsOut() {
    run(Duration.ofDays(15), time -> noisy(10) * Math.pow(1.04, day(time)));

    assertThat(deviation().score()).isLessThan(3.5);
    var trend = baseline.trend().orElseThrow();
    assertThat(trend.percentPerDay()).isCloseTo(4, within(0.5));
    assertThat(trend.probability()).isLessThan(0.001);
    assertThat(trend.percent()).isGreaterThan(50);
  }

  @Test
  void weekendsAreNoTrend() {
    run(Duration.ofDays(28), time -> noisy(isWeekend(time) ? 3 : 30));

    assertThat(baseline.trend().orElseThrow().probability()).isGreaterThan(0.01);
  }

  @Test
  void whatFallsIsATrendTheOtherWay() {
    run(Duration.ofDays(10), time -> noisy(100) * Math.pow(0.9, day(time)));

    assertThat(baseline.trend().orElseThrow().percentPerDay()).isCloseTo(-10, within(1.0));
  }

  @Test
  void whatIsNearlyNothingDoesNotCount() {
    run(Duration.ofHours(3), _ -> 0.0002);
    run(WINDOW, _ -> 0.0006);

    assertThat(deviation().score()).isLessThan(3);
  }

  private Baseline.Deviation deviation() {
    return baseline.deviation(now, WINDOW).orElseThrow();
  }

  private void run(Duration time, Course course) {
    for (var end = now.plus(time); now.isBefore(end); now = now.plus(STEP)) {
      baseline.add(now, course.at(now));
    }
  }

  private double noisy(double value) {
    return value * Math.exp(0.05 * random.nextGaussian());
  }

  private static boolean isRush(Instant time) {
    var local = time.atOffset(ZoneOffset.UTC);
    return local.getDayOfWeek().getValue() == 1 && local.getHour() >= 8 && local.getHour() < 11;
  }

  private static boolean isWeekend(Instant time) {
    return time.atOffset(ZoneOffset.UTC).getDayOfWeek().getValue() > 5;
  }

  private static double day(Instant time) {
    return Duration.between(MONDAY, time).toMinutes() / 1440.0;
  }
}
