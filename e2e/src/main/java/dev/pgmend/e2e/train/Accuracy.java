// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import dev.pgmend.learner.model.ObservedPlan;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The accuracy of predicted times. The q-error is the larger of p/t and t/p.
 *
 * @param spearman rank correlation over all plans
 * @param orderedPairs share of correctly ordered pairs among the alternative plans of a statement
 *     that differ by at least 20%
 */
record Accuracy(double spearman, double orderedPairs, double median, double p90, double p95) {
  private static final double REAL_DIFFERENCE = 1.2;

  static Accuracy of(List<ObservedPlan> plans, ToDoubleFunction<ObservedPlan> model) {
    var truth = plans.stream().mapToDouble(ObservedPlan::observedMs).toArray();
    var predicted = plans.stream().mapToDouble(model).toArray();
    var errors =
        IntStream.range(0, truth.length)
            .mapToDouble(i -> Math.max(truth[i] / predicted[i], predicted[i] / truth[i]))
            .sorted()
            .toArray();
    return new Accuracy(
        correlation(ranks(truth), ranks(predicted)),
        ordered(plans, truth, predicted),
        at(errors, 0.5),
        at(errors, 0.9),
        at(errors, 0.95));
  }

  private static double at(double[] sorted, double quantile) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * (sorted.length - 1)))];
  }

  private static double ordered(List<ObservedPlan> plans, double[] truth, double[] predicted) {
    int right = 0;
    int all = 0;
    for (int i = 0; i < truth.length; i++) {
      for (int j = 0; j < truth.length; j++) {
        if (plans.get(i).statement().equals(plans.get(j).statement())
            && truth[i] >= REAL_DIFFERENCE * truth[j]) {
          all++;
          right += predicted[i] > predicted[j] ? 1 : 0;
        }
      }
    }
    return all == 0 ? Double.NaN : (double) right / all;
  }

  /** The ranks. Equal values share their mean rank. */
  private static double[] ranks(double[] values) {
    var order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    var ranks = new double[values.length];
    for (int begin = 0; begin < order.length; ) {
      int end = begin;
      while (end < order.length && values[order[end]] == values[order[begin]]) {
        end++;
      }
      for (int i = begin; i < end; i++) {
        ranks[order[i]] = (begin + end - 1) / 2.0;
      }
      begin = end;
    }
    return ranks;
  }

  private static double correlation(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElse(0);
    double meanY = Arrays.stream(y).average().orElse(0);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
      xy += (x[i] - meanX) * (y[i] - meanY);
    }
    return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
  }
}
