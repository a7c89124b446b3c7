package dev.pgmend.learner.sona;

import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * What an action can be expected to do to the affected statements' mean time, by what it did in
 * like cases.
 *
 * @param percent change: negative is faster
 * @param low lower end of the 95% prediction interval: where the effect of one more case would lie
 * @param high upper end
 * @param outcomes measured cases behind it
 * @param successes how many of them improved
 * @param failures how many regressed
 * @param similarity of the nearest case, at most 1
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
   * From like cases, the nearest first, at least one.
   *
   * <p>Mean and variance weigh each outcome by its likeness; the variance has in it how the means
   * of the cases differ, how outcomes within a case differ, and how wrong each measure may be (law
   * of total variance). The interval is that of one more outcome, mean +- t * sqrt(variance * (1 +
   * 1/n)), n being the number of equally weighted outcomes that would say as much (Kish 1965).
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
