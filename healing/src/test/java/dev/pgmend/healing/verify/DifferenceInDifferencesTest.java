// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.verify.Measurement.Statement;
import dev.pgmend.healing.verify.Verdict.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferenceInDifferencesTest {
  private static final double LIMIT_PERCENT = 10;
  private static final double NOISE = 0.1;
  private static final long PLENTY = 1000;

  @ParameterizedTest
  @CsvSource({
    "0.5, IMPROVED",
    "1.0, NEUTRAL",
    "1.02, NEUTRAL",
    "1.5, REGRESSED",
  })
  void theVerdictFollowsTheChange(double factor, Decision decision) {
    var random = new Random(1);

    var verdict = judge(series(random, 0, 30), series(random, Math.log(factor), 30));

    assertThat(verdict.decision()).isEqualTo(decision);
    assertThat(verdict.improvementPercent()).isBetween(verdict.lowPercent(), verdict.highPercent());
    assertThat(100 * (1 - factor)).isBetween(verdict.lowPercent(), verdict.highPercent());
    assertThat(verdict.message()).contains(" time per call", "95% interval");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.5 | less time per call \\(95% interval [0-9.]+% to [0-9.]+% less\\)",
        "2 | more time per call \\(95% interval [0-9.]+% to [0-9.]+% more\\)",
        "1 | time per call \\(95% interval [0-9.]+% more to [0-9.]+% less\\)",
      })
  void messageHasOneSign(double factor, String pattern) {
    var random = new Random(11);

    var verdict = judge(series(random, 0, 30), series(random, Math.log(factor), 30));

    assertThat(verdict.message()).containsPattern(pattern);
  }

  @Test
  void aSlowdownBelowTheLimitIsPutUpWithThoughItIsCertain() {
    var before = Collections.nCopies(30, 0.0);
    var after = Collections.nCopies(30, Math.log(1.09));

    var verdict = judge(before, after);

    assertThat(verdict.highPercent()).isNegative();
    assertThat(verdict.decision()).isEqualTo(Decision.NEUTRAL);
  }

  @Test
  void whatSlowsTheWholeServerCancelsOut() {
    var random = new Random(2);
    var slower = Math.log(2);

    var verdict =
        DifferenceInDifferences.judge(
            measurement(series(random, 0, 30), series(random, 0, 30), PLENTY),
            measurement(series(random, slower, 30), series(random, slower, 30), PLENTY),
            LIMIT_PERCENT);

    assertThat(verdict.decision()).isEqualTo(Decision.NEUTRAL);
    assertThat(verdict.improvementPercent()).isBetween(-10.0, 10.0);
  }

  @Test
  void anImprovementShowsThroughASlowerServer() {
    var random = new Random(3);

    var verdict =
        DifferenceInDifferences.judge(
            measurement(series(random, 0, 30), series(random, 0, 30), PLENTY),
            measurement(series(random, 0, 30), series(random, Math.log(2), 30), PLENTY),
            LIMIT_PERCENT);

    assertThat(verdict.decision()).isEqualTo(Decision.IMPROVED);
    assertThat(verdict.improvementPercent()).isBetween(40.0, 60.0);
  }

  /** A statement so small that a unit outweighs it moves less than the control. */
  @Test
  void whatMovesTheWholeServerCancelsOutOfSmallStatementsToo() {
    var random = new Random(8);
    var small = new Statement(1, "SELECT 1", true, PLENTY, 0.02);

    for (var factor : new double[] {0.3, 3}) {
      var verdict =
          DifferenceInDifferences.judge(
              measurement(small, series(random, 0, 30), series(random, 0, 30)),
              measurement(
                  small,
                  series(random, small.changeTo(small.meanMs() * factor), 30),
                  series(random, Math.log(factor), 30)),
              LIMIT_PERCENT);

      assertThat(verdict.decision()).as(verdict.message()).isEqualTo(Decision.NEUTRAL);
      assertThat(verdict.improvementPercent()).isBetween(-10.0, 10.0);
    }
  }

  /**
   * Each statement drifts in its own way besides what the whole server does. An interval that only
   * knew of the windows' noise would hold the truth in an eighth of these.
   */
  @Test
  void statementsThatDriftUnlikeMakeTheIntervalWider() {
    var runs = 400; // CNT
    var random = new Random(9);
    var held = 0;
    for (int i = 0; i < runs; i++) {
      var common = 0.3 * random.nextGaussian();
      var drifts =
          DoubleStream.generate(() -> common + 0.4 * random.nextGaussian()).limit(9).toArray();
      var before = unlike(random, new double[drifts.length]);
      var verdict = DifferenceInDifferences.judge(before, unlike(random, drifts), LIMIT_PERCENT);
      held += verdict.lowPercent() <= 0 && 0 <= verdict.highPercent() ? 1 : 0;
    }

    assertThat(100.0 * held / runs).isBetween(92.8, 97.2);
  }

  /** The first statement is affected, the others are the control. */
  private static Measurement unlike(Random random, double[] drifts) {
    var statements = new ArrayList<Statement>();
    for (int i = 0; i < drifts.length; i++) {
      statements.add(new Statement(i, "SELECT", i == 0, PLENTY, 100 * Math.exp(drifts[i])));
    }
    var control = Arrays.stream(drifts).skip(1).average().orElseThrow();
    return new Measurement(
        Instant.EPOCH,
        Instant.EPOCH.plusSeconds(60),
        statements,
        series(random, drifts[0], 30),
        series(random, control, 30));
  }

  @ParameterizedTest
  @CsvSource({"2, 1000", "30, 19", "0, 0"})
  void tooLittleTrafficIsNoGroundForAVerdict(int intervals, long calls) {
    var random = new Random(4);
    var few = measurement(series(random, 0, intervals), List.of(), calls);
    var many = measurement(series(random, 0, 30), List.of(), PLENTY);

    assertThat(DifferenceInDifferences.judge(few, many, LIMIT_PERCENT).decision())
        .isEqualTo(Decision.NOT_ENOUGH_TRAFFIC);
    assertThat(DifferenceInDifferences.judge(many, few, LIMIT_PERCENT).decision())
        .isEqualTo(Decision.NOT_ENOUGH_TRAFFIC);
  }

  @Test
  void theSameNumbersAlwaysGiveTheSameVerdict() {
    var before = series(new Random(5), 0, 10);
    var after = series(new Random(6), 0, 10);

    assertThat(judge(before, after)).isEqualTo(judge(before, after));
  }

  /**
   * Of 400 simulated repairs under a drifting server the interval must hold the truth in 95% at
   * least; the standard error of such a count is 1.1%. It may hold it more often: the noise here is
   * independent, which few values cannot show.
   */
  @Test
  void theIntervalHoldsTheTruthAtLeastAsOftenAsItSays() {
    assertThat(coveragePercent(30)).as("30 intervals").isGreaterThan(92.8);
    assertThat(coveragePercent(10)).as("10 intervals").isGreaterThan(92.8);
    assertThat(coveragePercent(6)).as("6 intervals").isGreaterThan(92.8);
    assertThat(coveragePercent(3)).as("3 intervals").isGreaterThan(92.8);
  }

  @Test
  void withoutAControlNothingIsJudgedIfNobodyKnowsWhenItWasMeasured() {
    var random = new Random(10);
    var before = undated(series(random, 0, 30));

    var verdict =
        DifferenceInDifferences.judge(before, undated(series(random, 1, 30)), LIMIT_PERCENT);

    assertThat(verdict.decision()).isEqualTo(Decision.NOT_ENOUGH_TRAFFIC);
  }

  private static Measurement undated(List<Double> affected) {
    var statement = new Statement(1, "SELECT 1", true, PLENTY, 100);
    return new Measurement(Instant.EPOCH, Instant.EPOCH, List.of(statement), affected, List.of());
  }

  private static double coveragePercent(int intervals) {
    var runs = 400; // CNT
    var random = new Random(7);
    var truth = Math.log(0.8);
    var held = 0;
    for (int i = 0; i < runs; i++) {
      var drift = 0.3 * random.nextGaussian();
      var verdict =
          DifferenceInDifferences.judge(
              measurement(series(random, 0, intervals), series(random, 0, intervals), PLENTY),
              measurement(
                  series(random, truth + drift, intervals),
                  series(random, drift, intervals),
                  PLENTY),
              LIMIT_PERCENT);
      held += verdict.lowPercent() <= 20 && 20 <= verdict.highPercent() ? 1 : 0;
    }
    return 100.0 * held / runs;
  }

  private static Verdict judge(List<Double> before, List<Double> after) {
    return DifferenceInDifferences.judge(
        measurement(before, List.of(), PLENTY),
        measurement(after, List.of(), PLENTY),
        LIMIT_PERCENT);
  }

  private static List<Double> series(Random random, double mean, int intervals) {
    return DoubleStream.generate(() -> mean + NOISE * random.nextGaussian())
        .limit(intervals)
        .boxed()
        .toList();
  }

  private static Measurement measurement(
      List<Double> affected, List<Double> control, long affectedCalls) {
    return measurement(new Statement(1, "SELECT 1", true, affectedCalls, 100), affected, control);
  }

  private static Measurement measurement(
      Statement statement, List<Double> affected, List<Double> control) {
    return new Measurement(
        Instant.EPOCH, Instant.EPOCH.plusSeconds(60), List.of(statement), affected, control);
  }
}
