// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.operator.cluster.ClusterKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** One pass over one action whose PgCluster is not known. */
public final class OrphanTurn {
  private static final Duration WHEN_UNREACHABLE = Duration.ofSeconds(10);

  private final HealingAction action;
  private final ActionStore store;
  private final PhaseChange phases;
  private final Clock clock;

  public OrphanTurn(HealingAction action, ActionStore store, PhaseChange phases, Clock clock) {
    this.action = action;
    this.store = store;
    this.phases = phases;
    this.clock = clock;
  }

  /** Returns when to check again; empty if a change of the resource will trigger that. */
  public Optional<Duration> take() {
    if (!Actions.phaseOf(action).ended() && !isDeleted()) {
      phases.note(
          action,
          "NoCluster",
          "there is no PgCluster " + action.getSpec().clusterRef().name() + " in this namespace");
      return Optional.of(WHEN_UNREACHABLE);
    }
    phases.refuse(action, Refusals.withoutCluster(action));
    return apply(Lifecycle.withoutCluster(action, clock.instant()));
  }

  /** A pass over an action whose PgCluster exists, but was not reached yet. */
  public static Optional<Duration> notConnected(
      HealingAction action, ActionStore store, PhaseChange phases, Clock clock) {
    if (Actions.phaseOf(action).ended() && !Lifecycle.isUndoRequested(action)) {
      return new OrphanTurn(action, store, phases, clock)
          .apply(Retention.of(Actions.statusOf(action), clock.instant()));
    }
    if (!Actions.phaseOf(action).ended()) {
      phases.note(action, "NotConnected", "pgmend has not reached the server yet");
    }
    return Optional.of(WHEN_UNREACHABLE);
  }

  /**
   * Whether the PgCluster that the action was proposed for is gone. The cache can be behind: an
   * action must not be cancelled because its PgCluster is new. An action without a uid, such as one
   * from Git, can be there before its PgCluster.
   */
  private boolean isDeleted() {
    var uid = action.getSpec().clusterRef().uid();
    return uid != null
        && store
            .uidOfCluster(ClusterKey.of(action))
            .filter(now -> Objects.equals(now, uid))
            .isEmpty();
  }

  private Optional<Duration> apply(Transition transition) {
    return switch (transition) {
      case Transition.To to -> {
        phases.enter(action, to.phase(), to.reason(), to.message());
        yield Optional.empty();
      }
      case Transition.Keep keep -> Optional.of(keep.recheck());
      case Transition.Remove _ -> {
        store.delete(action);
        yield Optional.empty();
      }
      case Transition.Wait _, Transition.Run _, Transition.Judge _ ->
          throw new IllegalStateException("Without its PgCluster an action cannot " + transition);
    };
  }
}
