// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The expected effect of an action on the affected statements' mean time, by similar cases.
 *
 * @param percent change: negative is faster
 * @param low lower end of the 95% prediction interval for one more case
 * @param high upper end
 * @param outcomes number of measured cases
 * @param successes number of these that improved
 * @param failures number of these that regressed
 * @param similarity similarity of the nearest case, at most 1
 */
public record ExpectedEffect(
    double percent,
    double low,
    double high,
    long outcomes,
    long successes,
    long failures,
    double similarity) {
  private static final double TAIL = 0.025;

  /**
   * Computes the effect from similar cases, the nearest first, at least one.
   *
   * <p>Mean and variance weight each outcome by its similarity. The variance includes the variance
   * between cases, within cases, and of the measurements (law of total variance). The interval is
   * for one more outcome: mean +- t * sqrt(variance * (1 + 1/n)), where n is the effective sample
   * size (Kish 1965).
   */
  static ExpectedEffect of(List<ReasoningBank.Recalled> cases) {
    double weights = 0;
    double squares = 0;
    double sum = 0;
    for (var one : cases) {
      double weight = one.similarity() * one.pattern().outcomes();
      weights += weight;
      squares += one.similarity() * weight;
      sum += weight * one.pattern().meanPercent();
    }
    double mean = sum / weights;
    double variance = 0;
    for (var one : cases) {
      double apart = one.pattern().meanPercent() - mean;
      double weight = one.similarity() * one.pattern().outcomes() / weights;
      variance += weight * (apart * apart + one.pattern().variance());
    }
    double effective = weights * weights / squares;
    var student = TDistribution.of(Math.max(1, effective - 1));
    double half =
        student.inverseSurvivalProbability(TAIL) * Math.sqrt(variance * (1 + 1 / effective));
    return new ExpectedEffect(
        mean,
        mean - half,
        mean + half,
        cases.stream().mapToLong(one -> one.pattern().outcomes()).sum(),
        cases.stream().mapToLong(one -> one.pattern().successes()).sum(),
        cases.stream().mapToLong(one -> one.pattern().failures()).sum(),
        cases.getFirst().similarity());
  }
}
