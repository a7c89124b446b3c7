package dev.pgmend.learner.app;

import java.util.Arrays;

/** The last errors of predictions, as differences of logarithms. */
final class RecentErrors {
  private static final int KEPT = 200;

  private final double[] absolute = new double[KEPT];
  private long count;

  void add(double logError) {
    absolute[(int) (count++ % KEPT)] = Math.abs(logError);
  }

  /** The factor that half of them stay below; 0 if there are none. */
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
