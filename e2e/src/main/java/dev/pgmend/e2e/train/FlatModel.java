// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanFeatures;
import java.util.List;

/**
 * A baseline: a linear model of the features, summed over a plan's operators. Ridge regression on
 * standardized sums.
 */
final class FlatModel {
  private static final double RIDGE = 1;

  private final double[] mean;
  private final double[] deviation;
  private final double[] weights;
  private final double intercept;

  private FlatModel(double[] mean, double[] deviation, double[] weights, double intercept) {
    this.mean = mean;
    this.deviation = deviation;
    this.weights = weights;
    this.intercept = intercept;
  }

  static FlatModel fit(List<ObservedPlan> plans) {
    int width = PlanFeatures.count();
    var rows = plans.stream().map(plan -> sums(plan.plan())).toArray(double[][]::new);
    var logs = plans.stream().mapToDouble(plan -> Math.log(plan.observedMs())).toArray();
    var mean = new double[width];
    var deviation = new double[width];
    double intercept = 0;
    for (int i = 0; i < width; i++) {
      double squares = 0;
      for (var row : rows) {
        mean[i] += row[i] / rows.length;
        squares += row[i] * row[i] / rows.length;
      }
      double variance = squares - mean[i] * mean[i];
      deviation[i] = variance > 1e-9 ? Math.sqrt(variance) : 1;
    }
    for (double log : logs) {
      intercept += log / logs.length;
    }
    var squares = new double[width][width];
    var products = new double[width];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < width; i++) {
        rows[r][i] = (rows[r][i] - mean[i]) / deviation[i];
      }
      for (int i = 0; i < width; i++) {
        products[i] += rows[r][i] * (logs[r] - intercept);
        for (int j = 0; j <= i; j++) {
          squares[i][j] += rows[r][i] * rows[r][j];
        }
      }
    }
    for (int i = 0; i < width; i++) {
      squares[i][i] += RIDGE;
    }
    return new FlatModel(mean, deviation, solve(squares, products), intercept);
  }

  double ms(ObservedPlan plan) {
    var row = sums(plan.plan());
    double log = intercept;
    for (int i = 0; i < row.length; i++) {
      log += weights[i] * (row[i] - mean[i]) / deviation[i];
    }
    return Math.exp(Math.clamp(log, -20, 20));
  }

  private static double[] sums(PlanDag plan) {
    var sums = new double[PlanFeatures.count()];
    for (var row : PlanFeatures.of(plan)) {
      for (int i = 0; i < row.length; i++) {
        sums[i] += row[i];
      }
    }
    return sums;
  }

  /** Solves by Cholesky decomposition in place. Only the lower half is read. */
  private static double[] solve(double[][] a, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
      }
    }
    var x = b.clone();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= a[i][k] * x[k];
      }
      x[i] /= a[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        x[i] -= a[k][i] * x[k];
      }
      x[i] /= a[i][i];
    }
    return x;
  }
}
