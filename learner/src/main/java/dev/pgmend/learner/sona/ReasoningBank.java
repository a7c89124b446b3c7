// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import dev.pgmend.healing.verify.Verdict;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * A memory of the effects of actions by case: type of finding, plan, and cluster. The similarity of
 * two cases is the cosine of their keys. Plan and cluster, each scaled to length 1, are half of a
 * key each. Search is exact and compares every pattern.
 *
 * <p>Outcomes of nearly equal cases become one pattern. If the bank is full, the least precise
 * pattern is removed. Not thread-safe.
 */
public final class ReasoningBank {
  /** Default capacity, which can be searched in less than 2 ms. */
  public static final int CAPACITY = 10_000;

  /** Cases with a higher similarity count as one. */
  static final double SAME = 0.95;

  /** Cases with a lower similarity are unrelated. */
  static final double ALIKE = 0.7;

  private final int planSize;
  private final int clusterSize;
  private final int width;
  private final int capacity;
  private final List<Pattern> patterns = new ArrayList<>();

  /** Consecutive keys of length 1, so that the search reads memory sequentially. */
  private float[] keys = new float[0];

  /**
   * A pattern that was found.
   *
   * @param similarity cosine, at most 1
   */
  public record Recalled(Pattern pattern, double similarity) {}

  private record Ranked(int index, double similarity) {}

  /**
   * Creates an empty bank.
   *
   * @param planSize size of a plan's embedding
   * @param clusterSize number of a cluster's features
   */
  public ReasoningBank(int planSize, int clusterSize) {
    this(planSize, clusterSize, CAPACITY);
  }

  ReasoningBank(int planSize, int clusterSize, int capacity) {
    if (planSize < 1 || clusterSize < 0 || capacity < 1) {
      throw new IllegalArgumentException(
          "plan %d, cluster %d, capacity %d".formatted(planSize, clusterSize, capacity));
    }
    this.planSize = planSize;
    this.clusterSize = clusterSize;
    this.capacity = capacity;
    width = planSize + clusterSize;
  }

  /** The number of patterns. */
  public int size() {
    return patterns.size();
  }

  /** All patterns. */
  public List<Pattern> patterns() {
    return List.copyOf(patterns);
  }

  /**
   * Learns the effect of an action. A verdict without a measurement is ignored.
   *
   * @throws IllegalArgumentException if the sizes of the embeddings differ from the bank's
   */
  public void learn(
      String findingType,
      Embedding plan,
      Embedding cluster,
      String actionType,
      Verdict verdict,
      Instant at) {
    if (verdict.decision() == Verdict.Decision.NOT_ENOUGH_TRAFFIC) {
      return;
    }
    var key = key(plan, cluster);
    var outcome = Pattern.of(findingType, actionType, verdict, at);
    var nearest = nearest(key, 1, outcome::isLike);
    if (!nearest.isEmpty() && nearest.getFirst().similarity() > SAME) {
      merge(nearest.getFirst().index(), outcome, key);
    } else {
      add(outcome, key);
    }
  }

  /**
   * The patterns of similar cases, the nearest first; at most k.
   *
   * @throws IllegalArgumentException if the sizes of the embeddings differ from the bank's
   */
  public List<Recalled> recall(String findingType, Embedding plan, Embedding cluster, int k) {
    return recall(key(plan, cluster), k, pattern -> pattern.findingType().equals(findingType));
  }

  /**
   * The expected effect of an action by its k nearest cases; empty if none is similar.
   *
   * @throws IllegalArgumentException if the sizes of the embeddings differ from the bank's
   */
  public Optional<ExpectedEffect> expect(
      String findingType, Embedding plan, Embedding cluster, String actionType, int k) {
    var cases =
        recall(
                key(plan, cluster),
                k,
                pattern ->
                    pattern.findingType().equals(findingType)
                        && pattern.actionType().equals(actionType))
            .stream()
            .filter(recalled -> recalled.similarity() >= ALIKE)
            .toList();
    return cases.isEmpty() ? Optional.empty() : Optional.of(ExpectedEffect.of(cases));
  }

  private float[] key(Embedding plan, Embedding cluster) {
    if (plan.size() != planSize || cluster.size() != clusterSize) {
      throw new IllegalArgumentException(
          "embeddings of %d and %d values do not fit a bank of %d and %d values"
              .formatted(plan.size(), cluster.size(), planSize, clusterSize));
    }
    var key = new float[width];
    plan.copyUnit(key, 0);
    cluster.copyUnit(key, planSize);
    return unit(key);
  }

  private static float[] unit(float[] key) {
    var unit = new float[key.length];
    Embedding.of(key).copyUnit(unit, 0);
    return unit;
  }

  private void merge(int index, Pattern other, float[] key) {
    var into = patterns.get(index);
    var moved = new float[width];
    for (int j = 0; j < width; j++) {
      moved[j] = into.outcomes() * keys[index * width + j] + other.outcomes() * key[j];
    }
    System.arraycopy(unit(moved), 0, keys, index * width, width);
    patterns.set(index, into.with(other));
  }

  private void add(Pattern pattern, float[] key) {
    if (patterns.size() == capacity) {
      remove(leastPrecise());
    }
    int end = patterns.size() * width;
    if (keys.length < end + width) {
      keys = Arrays.copyOf(keys, Math.min(capacity * width, 2 * (end + width)));
    }
    System.arraycopy(key, 0, keys, end, width);
    patterns.add(pattern);
  }

  private int leastPrecise() {
    int least = 0;
    var order = Comparator.comparingDouble(Pattern::confidence).thenComparing(Pattern::lastSeen);
    for (int i = 1; i < patterns.size(); i++) {
      least = order.compare(patterns.get(i), patterns.get(least)) < 0 ? i : least;
    }
    return least;
  }

  /** Removes a pattern; the last one takes its position. */
  private void remove(int index) {
    int last = patterns.size() - 1;
    System.arraycopy(keys, last * width, keys, index * width, width);
    patterns.set(index, patterns.getLast());
    patterns.removeLast();
  }

  private List<Recalled> recall(float[] key, int k, Predicate<Pattern> wanted) {
    return nearest(key, k, wanted).stream()
        .map(ranked -> new Recalled(patterns.get(ranked.index()), ranked.similarity()))
        .toList();
  }

  private List<Ranked> nearest(float[] key, int k, Predicate<Pattern> wanted) {
    var best = new PriorityQueue<Ranked>(Comparator.comparingDouble(Ranked::similarity));
    for (int i = 0; i < patterns.size(); i++) {
      if (wanted.test(patterns.get(i))) {
        double similarity = similarity(key, i);
        if (best.size() < k) {
          best.add(new Ranked(i, similarity));
        } else if (similarity > best.element().similarity()) {
          best.remove();
          best.add(new Ranked(i, similarity));
        }
      }
    }
    return best.stream().sorted(Comparator.comparingDouble(Ranked::similarity).reversed()).toList();
  }

  /** Rounding must not give a similarity above 1. */
  private double similarity(float[] key, int index) {
    return Math.min(1, Vectors.dot(key, keys, index * width));
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(planSize);
    out.writeInt(clusterSize);
    out.writeInt(capacity);
    out.writeInt(patterns.size());
    for (int i = 0; i < patterns.size(); i++) {
      patterns.get(i).write(out);
      for (int j = 0; j < width; j++) {
        out.writeFloat(keys[i * width + j]);
      }
    }
  }

  static ReasoningBank read(DataInput in) throws IOException {
    var bank = new ReasoningBank(in.readInt(), in.readInt(), in.readInt());
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      var pattern = Pattern.read(in);
      var key = new float[bank.width];
      for (int j = 0; j < key.length; j++) {
        key[j] = in.readFloat();
      }
      bank.add(pattern, key);
    }
    return bank;
  }
}
