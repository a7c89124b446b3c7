package dev.pgmend.healing.verify;

import java.time.Instant;
import java.util.List;

/**
 * How fast the statements that matter ran in a window. Small enough to be kept on record, and
 * enough to be compared with another window later.
 *
 * @param statements those that the repair concerns and those that serve as the control
 * @param affected per interval, the mean log time of the affected statements relative to their mean
 *     in the window before: 0 is no change, 0.69 is twice as slow
 * @param control the same of the statements that the repair does not concern
 */
public record Measurement(
    Instant from,
    Instant to,
    List<Statement> statements,
    List<Double> affected,
    List<Double> control) {

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
  }

  public long affectedCalls() {
    return statements.stream().filter(Statement::affected).mapToLong(Statement::calls).sum();
  }

  /** Mean time of an affected call; 0 if there was none. */
  public double affectedMeanMs() {
    var calls = affectedCalls();
    var total =
        statements.stream().filter(Statement::affected).mapToDouble(Statement::totalMs).sum();
    return calls == 0 ? 0 : total / calls;
  }
}
