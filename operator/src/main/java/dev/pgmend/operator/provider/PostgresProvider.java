// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.provider;

import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.PgCluster;
import java.util.Optional;

/** Finds the Postgres of a PgCluster. */
public interface PostgresProvider {
  /**
   * @throws AccessException if what the spec names does not exist or is incomplete
   */
  Access find(PgCluster cluster) throws AccessException;

  /**
   * Why no repair must run now, such as a switchover; empty if nothing prevents one. This is called
   * often while repairs run, so it must not block.
   */
  default Optional<String> busy(PgCluster cluster) {
    return Optional.ofNullable(cluster.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Annotations.OWNER_BUSY))
        .filter(why -> !why.isBlank());
  }
}
