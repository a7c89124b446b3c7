package dev.pgmend.learner.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanFeatures;
import java.util.Arrays;

/** Predictions that were made, by what the model sees of the plan. Any number of threads. */
public final class PlanCache {
  /** Predictions that are kept; the least used go first. */
  public static final int CAPACITY = 10_000;

  private final LatencyModel model;
  private final Cache<Key, Prediction> predictions =
      Caffeine.newBuilder().maximumSize(CAPACITY).recordStats().build();

  public PlanCache(LatencyModel model) {
    this.model = model;
  }

  /** Two hashes of 32 bits and the size: unequal plans of one key are not to be expected. */
  private record Key(int features, int edges, int operators, Mechanism mechanism) {}

  /** The prediction, made now or before. */
  public Prediction predict(PlanDag plan, Mechanism mechanism) {
    var key =
        new Key(
            Arrays.deepHashCode(PlanFeatures.of(plan)),
            plan.edges().hashCode(),
            plan.size(),
            mechanism);
    return predictions.get(key, _ -> model.predict(plan, mechanism));
  }

  /** Share of the predictions that were there already. */
  public double hitRate() {
    return predictions.stats().hitRate();
  }
}
