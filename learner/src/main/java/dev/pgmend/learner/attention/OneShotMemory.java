package dev.pgmend.learner.attention;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Arrays;
import java.util.Optional;

/**
 * Remembers rows of weights that were sure of themselves, after having seen them once: by the shape
 * of the plan, so that a plan of a known shape is answered without computing scores. After
 * behavioural time scale plasticity (Bittner et al. 2017), in which one event is enough.
 */
public final class OneShotMemory {
  /** Normalised entropy below which a row is sure: 0 is one operator alone, 1 is all alike. */
  public static final double SURE = 0.5;

  private final Cache<Key, float[]> rows;

  /**
   * @param capacity rows that are kept; the least used go first
   */
  public OneShotMemory(int capacity) {
    rows = Caffeine.newBuilder().maximumSize(capacity).executor(Runnable::run).build();
  }

  /**
   * Which row.
   *
   * @param shape hash of the plan's operators and edges, without costs
   * @param layer of the model
   * @param head of the layer
   * @param operator its position
   */
  record Key(long shape, int layer, int head, int operator) {}

  /** The weights that were stored; they sum to 1. Not to be changed. */
  Optional<float[]> recallRow(Key key) {
    return Optional.ofNullable(rows.getIfPresent(key));
  }

  /**
   * Stores a row if it is sure.
   *
   * @param weights at least 0, with sum 1; kept as they are
   * @return whether it was
   */
  boolean offerRow(Key key, float[] weights) {
    boolean sure = weights.length > 1 && normalisedEntropy(weights) < SURE;
    if (sure) {
      rows.put(key, weights);
    }
    return sure;
  }

  /**
   * The part of it for one layer of one plan.
   *
   * @param shape hash of the plan's operators and edges, without costs
   */
  public SparseAttention.RowMemory of(long shape, int layer) {
    return new SparseAttention.RowMemory() {
      @Override
      public boolean recall(int head, int operator, float[] into, int count) {
        var row = recallRow(new Key(shape, layer, head, operator));
        boolean known = row.isPresent() && row.get().length == count;
        row.filter(_ -> known).ifPresent(found -> System.arraycopy(found, 0, into, 0, count));
        return known;
      }

      @Override
      public void offer(int head, int operator, float[] weights, int count) {
        offerRow(new Key(shape, layer, head, operator), Arrays.copyOf(weights, count));
      }
    };
  }

  /** Shannon's entropy over its maximum, ln n; 0 for a single weight. */
  static double normalisedEntropy(float[] weights) {
    double entropy = 0;
    for (float weight : weights) {
      entropy -= weight > 0 ? weight * Math.log(weight) : 0;
    }
    return weights.length > 1 ? entropy / Math.log(weights.length) : 0;
  }
}
