// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import java.time.Instant;
import java.util.List;

/**
 * Speed of the relevant statements in a window. Small enough to keep in a record, and complete
 * enough to compare with another window later.
 *
 * @param statements those that the repair concerns and those that serve as the control
 * @param affected per interval, the mean {@link Statement#changeTo} of the affected statements: 0
 *     is no change, 0.69 is twice as slow
 * @param control per interval, the mean log time of the statements that the repair does not concern
 *     relative to their mean in the window before
 */
public record Measurement(
    Instant from,
    Instant to,
    List<Statement> statements,
    List<Double> affected,
    List<Double> control) {

  /** A smaller change in the time of a call goes unnoticed. */
  private static final double UNIT_MS = 0.05;

  public Measurement {
    statements = List.copyOf(statements);
    affected = List.copyOf(affected);
    control = List.copyOf(control);
  }

  /**
   * One statement in a window.
   *
   * @param query its text without literals, shortened
   * @param affected whether the repair concerns it
   */
  public record Statement(long queryId, String query, boolean affected, long calls, double meanMs) {
    double totalMs() {
      return calls * meanMs;
    }

    /**
     * The logarithm of another mean time over this one, both increased by a unit, so that a
     * statement of hundredths of a millisecond, which is easily disturbed, counts little.
     */
    double changeTo(double otherMs) {
      return Math.log((otherMs + UNIT_MS) / (meanMs + UNIT_MS));
    }
  }

  public long affectedCalls() {
    return statements.stream().filter(Statement::affected).mapToLong(Statement::calls).sum();
  }

  /**
   * Change of the affected statements if they had become slower like the control.
   *
   * @param drift of the control, as a logarithm
   */
  double expected(double drift) {
    double weights = 0;
    double sum = 0;
    for (var statement : statements) {
      if (statement.affected()) {
        weights += statement.totalMs();
        sum += statement.totalMs() * statement.changeTo(statement.meanMs() * Math.exp(drift));
      }
    }
    return weights == 0 ? drift : sum / weights;
  }

  /** Mean time of an affected call; 0 if there was none. */
  public double affectedMeanMs() {
    var calls = affectedCalls();
    var total =
        statements.stream().filter(Statement::affected).mapToDouble(Statement::totalMs).sum();
    return calls == 0 ? 0 : total / calls;
  }
}
