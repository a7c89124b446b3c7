// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Estimates the change of a series' level at a known moment, if neighbouring values depend on each
 * other. A load that drifts makes the mean of ten minutes differ from that of the next ten, though
 * nothing was done; an interval that takes the values for independent is then far too narrow.
 *
 * <p>The errors are the sum of a first-order autoregressive process and of independent noise.
 * Neither its correlation nor its share can be estimated from twenty values, so both are averaged
 * over: each pair of a grid is weighted by its marginal likelihood, and gives Student's
 * distribution around the generalised least-squares estimate (a Bayesian model average, as for the
 * structural time series of Brodersen et al. 2015, <i>Inferring causal impact using Bayesian
 * structural time-series models</i>). The errors are whitened by a Kalman filter (Harvey 1989,
 * section 3.4), so it costs one pass over the series for each of the pairs.
 */
final class StepChange {
  /** Dense towards 1, where a wrong value costs most. */
  private static final double[] CORRELATIONS = {0.3, 0.6, 0.8, 0.9, 0.95, 0.98, 0.995};

  private static final double[] NOISE_SHARES = {0, 0.3, 0.6};

  /** In standard errors: no quantile that is asked for lies beyond it. */
  private static final double FAR = 100;

  private static final int HALVINGS = 50;

  private final List<Component> components;
  private final TDistribution student;

  /** One pair of the grid: Student's distribution of the change, and its weight. */
  private record Component(double weight, double change, double error) {
    Component relativeTo(double maxLogWeight) {
      return new Component(Math.exp(weight - maxLogWeight), change, error);
    }
  }

  /**
   * @param gap time between the last value before and the first one after, in intervals; 1 if the
   *     series are adjacent
   * @param trend whether the level may also rise or fall steadily
   */
  StepChange(double[] before, double[] after, double gap, boolean trend) {
    student = TDistribution.of((double) before.length + after.length - (trend ? 3 : 2));
    var logWeighted = new ArrayList<Component>();
    logWeighted.add(component(before, after, gap, trend, 0, 1));
    for (var correlation : CORRELATIONS) {
      for (var share : NOISE_SHARES) {
        logWeighted.add(component(before, after, gap, trend, correlation, share));
      }
    }
    var max = logWeighted.stream().mapToDouble(Component::weight).max().orElse(0);
    components = logWeighted.stream().map(component -> component.relativeTo(max)).toList();
  }

  /** Weighted by the logarithm of its marginal likelihood. */
  private static Component component(
      double[] before,
      double[] after,
      double gap,
      boolean trend,
      double correlation,
      double noise) {
    var columns = trend ? 3 : 2;
    var fit = new LeastSquares(columns);
    var count = before.length + after.length;
    var middle = (count + gap - 2) / 2;
    // Predicted states of y and of each column; they share the filter's gains.
    var predicted = new double[columns + 1];
    var variance = 1 - noise;
    double logDeterminant = 0;
    for (int i = 0; i < count; i++) {
      var isAfter = i >= before.length;
      var time = isAfter ? i + gap - 1 : i;
      var row = new double[columns + 1];
      row[0] = isAfter ? after[i - before.length] : before[i];
      row[1] = 1;
      row[2] = isAfter ? 1 : 0;
      if (trend) {
        row[3] = (time - middle) / count;
      }
      var total = variance + noise;
      var steps = i == before.length - 1 ? gap : 1;
      var decay = Math.pow(correlation, steps);
      var gain = total == 0 ? 0 : variance / total;
      for (int c = 0; c <= columns; c++) {
        var innovation = row[c] - predicted[c];
        row[c] = innovation / Math.sqrt(total);
        predicted[c] = decay * (predicted[c] + gain * innovation);
      }
      logDeterminant += Math.log(total);
      variance = decay * decay * variance * (1 - gain) + (1 - noise) * (1 - decay * decay);
      fit.add(row);
    }
    fit.solve();
    var freedom = count - columns;
    // A series without any error would weigh infinitely much.
    var squares = Math.max(fit.residualSquares(), 1e-12);
    return new Component(
        -0.5 * (logDeterminant + fit.logDeterminant() + freedom * Math.log(squares)),
        fit.coefficient(1),
        Math.sqrt(squares / freedom * fit.variance(1)));
  }

  /** The mean of the distribution. */
  double mean() {
    double sum = 0;
    for (var component : components) {
      sum += component.weight() * component.change();
    }
    return sum / totalWeight();
  }

  /** The value below which the change lies with a probability. */
  double quantile(double probability) {
    var low = components.stream().mapToDouble(c -> c.change() - FAR * c.error()).min().orElse(0);
    var high = components.stream().mapToDouble(c -> c.change() + FAR * c.error()).max().orElse(0);
    for (int i = 0; i < HALVINGS; i++) {
      var middle = (low + high) / 2;
      if (probabilityBelow(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private double probabilityBelow(double value) {
    double sum = 0;
    for (var component : components) {
      sum +=
          component.weight()
              * student.cumulativeProbability((value - component.change()) / component.error());
    }
    return sum / totalWeight();
  }

  private double totalWeight() {
    return components.stream().mapToDouble(Component::weight).sum();
  }
}
