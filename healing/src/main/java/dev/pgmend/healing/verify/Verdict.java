// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

/**
 * Whether a repair helped.
 *
 * @param improvementPercent how much less time the affected statements take, against the control:
 *     positive is faster, negative is slower
 * @param lowPercent lower end of the 95% interval
 * @param highPercent upper end
 * @param message one sentence with the numbers
 */
public record Verdict(
    Decision decision,
    double improvementPercent,
    double lowPercent,
    double highPercent,
    String message) {

  Verdict noting(String what) {
    return new Verdict(
        decision, improvementPercent, lowPercent, highPercent, message + "; " + what);
  }

  /** Conclusion from the numbers. */
  public enum Decision {
    IMPROVED,
    NEUTRAL,
    REGRESSED,
    NOT_ENOUGH_TRAFFIC
  }
}
