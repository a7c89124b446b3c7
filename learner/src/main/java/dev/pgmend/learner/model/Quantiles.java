package dev.pgmend.learner.model;

/** The 0.1, 0.5 and 0.9 quantile of something. */
public record Quantiles(double low, double median, double high) {
  /** Each multiplied. */
  public Quantiles times(double factor) {
    return new Quantiles(low * factor, median * factor, high * factor);
  }
}
