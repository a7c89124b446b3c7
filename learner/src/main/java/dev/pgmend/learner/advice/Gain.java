package dev.pgmend.learner.advice;

/**
 * What an index is expected to save of a statement's time, in percent of it.
 *
 * @param low lower end of the 80% interval
 * @param high upper end
 * @param source who says so
 */
public record Gain(double percent, double low, double high, String source) {
  @Override
  public String toString() {
    return "%.0f%% (%.0f to %.0f, %s)".formatted(percent, low, high, source);
  }
}
