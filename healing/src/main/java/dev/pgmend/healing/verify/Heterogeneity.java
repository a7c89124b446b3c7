// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Spread of the changes among the statements of the control. The change of the affected statements
 * without a repair is not known more precisely: if some statements wait for the disk and others for
 * a processor, a lower load does not speed them all up alike. The variance between groups and
 * Student's distribution over their number are those of Donald &amp; Lang (2007), <i>Inference with
 * difference-in-differences and other panel data</i>; groups of unequal weight count for as many as
 * Kish's effective sample size. The affected statements are one group: they share a table, and
 * drift with it.
 *
 * @param deviation standard deviation of a statement's drift, as a logarithm
 * @param controls effective number of statements in the control
 */
record Heterogeneity(double deviation, double controls) {
  /** A factor of a hundred: a wider interval has no meaning. */
  private static final double NO_IDEA = Math.log(100);

  private static final Heterogeneity UNKNOWN = new Heterogeneity(0, 0);

  /** Computes it from the control's mean times in two windows. */
  static Heterogeneity of(Measurement before, Measurement after) {
    var now =
        after.statements().stream()
            .filter(statement -> statement.meanMs() > 0)
            .collect(
                Collectors.toMap(
                    Measurement.Statement::queryId, Measurement.Statement::meanMs, (a, _) -> a));
    var control =
        before.statements().stream()
            .filter(Predicate.not(Measurement.Statement::affected))
            .filter(statement -> statement.meanMs() > 0 && now.containsKey(statement.queryId()))
            .toList();
    if (control.size() < 2) {
      return UNKNOWN;
    }
    return new Heterogeneity(deviation(control, now), effective(control));
  }

  private static double deviation(List<Measurement.Statement> control, Map<Long, Double> now) {
    double weights = 0;
    double squares = 0;
    double sum = 0;
    for (var statement : control) {
      weights += statement.totalMs();
      squares += Math.pow(statement.totalMs(), 2);
      sum += statement.totalMs() * drift(statement, now);
    }
    var mean = sum / weights;
    double deviations = 0;
    for (var statement : control) {
      deviations += statement.totalMs() * Math.pow(drift(statement, now) - mean, 2);
    }
    return Math.sqrt(deviations / (weights - squares / weights));
  }

  private static double drift(Measurement.Statement statement, Map<Long, Double> now) {
    return Math.log(now.getOrDefault(statement.queryId(), statement.meanMs()) / statement.meanMs());
  }

  private static double effective(List<Measurement.Statement> statements) {
    var weights = statements.stream().mapToDouble(Measurement.Statement::totalMs).sum();
    var squares =
        statements.stream().mapToDouble(statement -> Math.pow(statement.totalMs(), 2)).sum();
    return squares == 0 ? 0 : weights * weights / squares;
  }

  /**
   * Half the width of the 95% interval of the drift that the affected statements would have had.
   */
  double halfWidth() {
    if (deviation == 0) {
      return 0;
    }
    var student = TDistribution.of(Math.max(1, controls - 1)).inverseSurvivalProbability(0.025);
    return Math.min(NO_IDEA, student * deviation * Math.sqrt(1 / controls + 1));
  }
}
