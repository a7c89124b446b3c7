package dev.pgmend.healing.verify;

/**
 * Whether a repair helped.
 *
 * @param effectPercent change of the affected statements' mean time against the control: negative
 *     is faster
 * @param low lower end of the 95% interval, in percent
 * @param high upper end
 * @param message one sentence with the numbers
 */
public record Verdict(
    Decision decision, double effectPercent, double low, double high, String message) {

  Verdict noting(String what) {
    return new Verdict(decision, effectPercent, low, high, message + "; " + what);
  }

  /** What the numbers allow to say. */
  public enum Decision {
    IMPROVED,
    NEUTRAL,
    REGRESSED,
    NOT_ENOUGH_TRAFFIC
  }
}
