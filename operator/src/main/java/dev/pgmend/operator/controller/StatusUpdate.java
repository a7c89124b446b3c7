package dev.pgmend.operator.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.util.function.Consumer;

/**
 * Writes a status as a whole, and only over the version it was made from. A patch would be worked
 * out from the cache, which may not have seen our own last write yet: the lists in a status would
 * then be mixed up, or the patch refused.
 */
final class StatusUpdate {
  private StatusUpdate() {}

  /** What is written is in the cache before the next reconciliation. */
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
