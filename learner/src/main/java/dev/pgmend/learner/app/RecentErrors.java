// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import java.util.Arrays;

/** The recent errors of predictions, as differences of logarithms. */
final class RecentErrors {
  private static final int KEPT = 200;

  private final double[] absolute = new double[KEPT];
  private long count;

  void add(double logError) {
    absolute[(int) (count++ % KEPT)] = Math.abs(logError);
  }

  /** The median factor; 0 if there are no errors. */
  double medianFactor() {
    int known = (int) Math.min(count, KEPT);
    if (known == 0) {
      return 0;
    }
    var sorted = Arrays.copyOf(absolute, known);
    Arrays.sort(sorted);
    return Math.exp(sorted[known / 2]);
  }
}
