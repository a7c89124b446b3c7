// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One line that {@code pgmend run --json} prints. Fields that the line does not contain are empty.
 */
public sealed interface OperatorEvent {

  /**
   * The operator has started.
   *
   * @param metrics URL of its metrics
   * @param api URL of its Kubernetes API
   */
  record Started(String metrics, String api) implements OperatorEvent {}

  /**
   * A finding was reported or is gone.
   *
   * @param found false if it is gone
   * @param target such as {@code public.orders(orders_pkey)}
   */
  record Finding(boolean found, String detector, String severity, String target, String summary)
      implements OperatorEvent {}

  /**
   * An action changed.
   *
   * @param detector of the finding that it repairs
   * @param target of the finding and of the action, which are the same for the demo's faults
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
   * The effect of an action.
   *
   * @param fasterPercent how much faster its statements became; negative if slower
   * @param low end of the 95% interval, as {@code high}; both empty if nothing was measured
   */
  record Effect(
      Decision decision, OptionalDouble fasterPercent, OptionalDouble low, OptionalDouble high) {}

  /**
   * The learner diagnosed a slow statement.
   *
   * @param target of the index that it proposes, as {@code public.orders(customer)}; empty if none
   * @param plan root first
   * @param cutValue the lowest price of the first saved millisecond, in repairs
   * @param flowValue value of the flow that proves that no cut is cheaper; equal to the cut's value
   * @param savableMs the time that can be saved at that price
   * @param timesBy the source of the operators' times
   * @param expected the expected effect of the index; empty if none is proposed
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
   * @param marked whether it belongs to the cut
   */
  record PlanLine(int depth, String text, double rows, double selfMs, boolean marked) {}

  /**
   * The expected saving of an index, in percent of the statement's time.
   *
   * @param low end of the 80% interval, as {@code high}
   * @param source source of the estimate
   */
  record Expected(double percent, double low, double high, String source) {}

  /** The operator has nothing left to do. */
  record Summary(OptionalInt healthScore) implements OperatorEvent {}
}
