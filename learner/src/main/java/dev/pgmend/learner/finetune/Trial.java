// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

/**
 * Compares new weights with the previous ones on the following statements, without the adaptation.
 * Not thread-safe.
 */
public final class Trial {
  /** Number of statements of a trial. */
  static final int STATEMENTS = 100;

  /** How much worse new weights may be by chance. */
  private static final double TOLERANCE = 1.05;

  private int count;
  private double errors;
  private double errorsBefore;

  /** Adds a measured statement. */
  public void observe(double predictedMs, double predictedBeforeMs, double observedMs) {
    count++;
    errors += Math.abs(Math.log(predictedMs / observedMs));
    errorsBefore += Math.abs(Math.log(predictedBeforeMs / observedMs));
  }

  /** Whether enough was observed. */
  public boolean isOver() {
    return count >= STATEMENTS;
  }

  /** Whether the previous weights were better. */
  public boolean isLost() {
    return isOver() && errors > TOLERANCE * errorsBefore;
  }
}
