// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

/**
 * The expected saving of an index, in percent of the statement's time.
 *
 * @param low lower end of the 80% interval
 * @param high upper end
 * @param source source of the estimate
 */
public record Gain(double percent, double low, double high, String source) {
  @Override
  public String toString() {
    return "%s%% (%s to %s, %s)".formatted(text(percent), text(low), text(high), source);
  }

  /** Never prints 100%. */
  private static String text(double percent) {
    return percent > 99.5 ? ">99" : "%.0f".formatted(percent);
  }
}
