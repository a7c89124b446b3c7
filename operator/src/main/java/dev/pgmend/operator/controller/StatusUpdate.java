// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.util.function.Consumer;

/**
 * Writes a status as a whole, and only over the version that it was computed from. A patch would be
 * computed from the cache, which can be behind our own last write: it would mix up the lists of a
 * status, or be refused.
 */
final class StatusUpdate {
  private StatusUpdate() {}

  /** The cache has the new status before the next reconciliation. */
  static <P extends HasMetadata> void write(P resource, Context<P> context, Consumer<P> change) {
    PrimaryUpdateAndCacheUtils.updateStatusAndCacheResource(
        resource,
        context,
        copy -> {
          change.accept(copy);
          return copy;
        });
  }
}
