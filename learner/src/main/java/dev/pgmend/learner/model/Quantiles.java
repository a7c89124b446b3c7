// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

/** The 0.1, 0.5 and 0.9 quantile of a distribution. */
public record Quantiles(double low, double median, double high) {
  /** Multiplies each quantile. */
  public Quantiles times(double factor) {
    return new Quantiles(low * factor, median * factor, high * factor);
  }
}
