// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.engine.Halt;
import java.util.Optional;

/** Whether a user wants a running action to stop. */
record StopRequests(CurrentState current, Direction direction) implements Halt {
  @Override
  public Optional<String> asked() {
    var action = current.action();
    var cluster = current.cluster();
    if (action.isEmpty()) {
      return Optional.of("the HealingAction was deleted");
    }
    if (cluster.isEmpty()) {
      return Optional.of("the PgCluster was deleted");
    }
    if (cluster.get().getSpec().pausedOrDefault()) {
      return Optional.of("the PgCluster was paused");
    }
    return direction == Direction.BACK
        ? Optional.empty()
        : current.gate(cluster.get()).stop(action.get());
  }
}
