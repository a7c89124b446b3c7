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
    return "%s%% (%s to %s, %s)".formatted(text(percent), text(low), text(high), source);
  }

  /** Nothing is saved wholly. */
  private static String text(double percent) {
    return percent > 99.5 ? ">99" : "%.0f".formatted(percent);
  }
}
