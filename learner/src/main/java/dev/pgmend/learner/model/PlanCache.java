// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanFeatures;
import java.util.Arrays;

/** A cache of predictions, keyed by the plan's features. Thread-safe. */
public final class PlanCache {
  /** Maximum number of predictions; the least used are evicted first. */
  public static final int CAPACITY = 10_000;

  private final LatencyModel model;
  private final Cache<Key, Prediction> predictions =
      Caffeine.newBuilder().maximumSize(CAPACITY).recordStats().build();

  public PlanCache(LatencyModel model) {
    this.model = model;
  }

  /** Two 32-bit hashes and the size, so collisions are not expected. */
  private record Key(int features, int edges, int operators, Mechanism mechanism) {}

  /** The prediction, computed now or earlier. */
  public Prediction predict(PlanDag plan, Mechanism mechanism) {
    var key =
        new Key(
            Arrays.deepHashCode(PlanFeatures.of(plan)),
            plan.edges().hashCode(),
            plan.size(),
            mechanism);
    return predictions.get(key, _ -> model.predict(plan, mechanism));
  }

  /** Share of the predictions that came from the cache. */
  public double hitRate() {
    return predictions.stats().hitRate();
  }
}
