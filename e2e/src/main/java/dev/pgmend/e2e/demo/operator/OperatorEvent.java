package dev.pgmend.e2e.demo.operator;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One line that {@code pgmend run --json} prints. What a line does not say is empty. */
public sealed interface OperatorEvent {

  /**
   * The operator runs.
   *
   * @param metrics where its metrics are read
   */
  record Started(String metrics) implements OperatorEvent {}

  /**
   * A finding came or went.
   *
   * @param found false if it is gone
   * @param target such as {@code public.orders(orders_pkey)}
   */
  record Finding(boolean found, String detector, String severity, String target, String summary)
      implements OperatorEvent {}

  /**
   * Something changed on an action.
   *
   * @param detector of the finding that it mends
   * @param target of the finding or of the action: for all of the demo's faults they are the same
   */
  record Action(
      String name,
      String type,
      String target,
      String detector,
      Phase phase,
      OptionalInt progressPercent,
      String reason,
      String message,
      List<String> statements,
      Optional<Effect> effect,
      OptionalLong bytesBefore,
      OptionalLong bytesAfter)
      implements OperatorEvent {

    public Action {
      statements = List.copyOf(statements);
    }
  }

  /**
   * What an action has brought.
   *
   * @param fasterPercent by how much its statements got faster; negative if slower
   * @param low end of the 95% interval, as {@code high}; both empty if nothing was measured
   */
  record Effect(
      Decision decision, OptionalDouble fasterPercent, OptionalDouble low, OptionalDouble high) {}

  /** The operator has nothing left to do. */
  record Summary(OptionalInt healthScore) implements OperatorEvent {}
}
