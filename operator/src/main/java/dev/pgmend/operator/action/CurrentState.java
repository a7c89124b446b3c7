// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import java.util.Optional;

/** An action and its cluster as the caches have them now: a run lasts for hours. */
public interface CurrentState {
  /** Empty if the action was deleted. */
  Optional<HealingAction> action();

  /** Empty if the PgCluster was deleted, or replaced by another one of the same name. */
  Optional<PgCluster> cluster();

  Gate gate(PgCluster cluster);

  /** Why no repair must run now; empty if nothing prevents one. */
  Optional<String> ownerBusy(PgCluster cluster);
}
