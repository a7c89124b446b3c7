package dev.pgmend.learner.finetune;

/**
 * New weights against those before them, on the statements that follow. Both predict each, without
 * what the adaptation adds. For one thread.
 */
public final class Trial {
  /** After which it is over. */
  static final int STATEMENTS = 100;

  /** What new weights may be worse by chance. */
  private static final double TOLERANCE = 1.05;

  private int count;
  private double errors;
  private double errorsBefore;

  /** One more statement that ran. */
  public void observe(double predictedMs, double predictedBeforeMs, double observedMs) {
    count++;
    errors += Math.abs(Math.log(predictedMs / observedMs));
    errorsBefore += Math.abs(Math.log(predictedBeforeMs / observedMs));
  }

  /** Whether enough was observed. */
  public boolean isOver() {
    return count >= STATEMENTS;
  }

  /** Whether the weights before were better. */
  public boolean isLost() {
    return isOver() && errors > TOLERANCE * errorsBefore;
  }
}
