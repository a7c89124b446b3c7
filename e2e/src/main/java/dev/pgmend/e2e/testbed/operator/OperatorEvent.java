package dev.pgmend.e2e.testbed.operator;

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
   * @param api where its resources are
   */
  record Started(String metrics, String api) implements OperatorEvent {}

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

  /**
   * The learner looked at what holds a statement back.
   *
   * @param target of the index that it advises, as {@code public.orders(customer)}; empty if none
   * @param plan root first
   * @param cutValue price of the first millisecond less where it is lowest, in repairs
   * @param flowValue of the flow that proves that there are no cheaper ones: equal to the cut's
   * @param savableMs how much can be had at that price
   * @param timesBy what told how long each operator takes
   * @param expected what the index would save; empty if none is advised
   */
  record Diagnosis(
      String target,
      String statement,
      double meanMs,
      double sharePercent,
      List<PlanLine> plan,
      double cutValue,
      double flowValue,
      double latencyMs,
      double savableMs,
      String timesBy,
      Optional<Expected> expected)
      implements OperatorEvent {

    public Diagnosis {
      plan = List.copyOf(plan);
    }
  }

  /**
   * An operator of a plan.
   *
   * @param depth 0 for the root
   * @param marked whether it is of the cut
   */
  record PlanLine(int depth, String text, double rows, double selfMs, boolean marked) {}

  /**
   * What an index is expected to save of a statement's time, in percent of it.
   *
   * @param low end of the 80% interval, as {@code high}
   * @param source who says so
   */
  record Expected(double percent, double low, double high, String source) {}

  /** The operator has nothing left to do. */
  record Summary(OptionalInt healthScore) implements OperatorEvent {}
}
