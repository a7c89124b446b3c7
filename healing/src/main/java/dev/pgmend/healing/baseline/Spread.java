// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.baseline;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Median;

/**
 * Center and scale of values, by median and MAD (the median of the absolute deviations from the
 * median). Outliers do not affect them while they are less than half of the values.
 *
 * @param center the median
 * @param scale the MAD times 1.4826, which for a normal distribution is the standard deviation
 *     (Rousseeuw &amp; Croux, Alternatives to the Median Absolute Deviation, JASA 88, 1993)
 */
public record Spread(double center, double scale) {
  private static final double TO_STANDARD_DEVIATION = 1.4826;

  /**
   * @throws IllegalArgumentException if there are no values
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values, so no spread");
    }
    var median = Median.withDefaults().evaluate(values);
    var deviations = Arrays.stream(values).map(value -> Math.abs(value - median)).toArray();
    return new Spread(median, TO_STANDARD_DEVIATION * Median.withDefaults().evaluate(deviations));
  }

  /** So many scales a value lies above the center; the scale counts as no less than the floor. */
  public double score(double value, double floor) {
    return (value - center) / Math.max(scale, floor);
  }
}
