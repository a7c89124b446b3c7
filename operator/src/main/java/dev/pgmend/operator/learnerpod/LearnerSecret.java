// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import dev.pgmend.api.v1alpha1.PgCluster;
import java.util.Optional;

/** The Secret that a learner connects with. */
final class LearnerSecret {
  private LearnerSecret() {}

  /** Its own, else that of the connection; empty if there is neither. */
  static Optional<String> nameOf(PgCluster cluster) {
    var own = cluster.getSpec().learnerOrDefault().secretRef();
    var connection = cluster.getSpec().provider().connection();
    return own != null
        ? Optional.of(own.name())
        : Optional.ofNullable(connection).map(c -> c.secretRef().name());
  }
}
