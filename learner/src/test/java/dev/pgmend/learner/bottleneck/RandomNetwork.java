// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small execution whose times are whole numbers, so that every way can be tried. */
final class RandomNetwork {
  private final Composition composition;
  private final double[] selfMs;
  private final double[] floorMs;
  private final double[] prices;

  private RandomNetwork(
      Composition composition, double[] selfMs, double[] floorMs, double[] prices) {
    this.composition = composition;
    this.selfMs = selfMs;
    this.floorMs = floorMs;
    this.prices = prices;
  }

  static RandomNetwork of(Random random, int operators, int longest) {
    var next = new int[] {0};
    var composition = grow(random, operators, next);
    var self = new double[operators];
    var floor = new double[operators];
    var prices = new double[operators];
    for (int v = 0; v < operators; v++) {
      self[v] = random.nextInt(longest + 1);
      floor[v] = random.nextInt((int) self[v] + 1);
      prices[v] = 1 + random.nextInt(9);
    }
    return new RandomNetwork(composition, self, floor, prices);
  }

  private static Composition grow(Random random, int operators, int[] next) {
    if (operators == 1) {
      return new Composition.One(next[0]++);
    }
    int first = 1 + random.nextInt(operators - 1);
    var parts = List.of(grow(random, first, next), grow(random, operators - first, next));
    return random.nextBoolean() ? new Composition.Series(parts) : new Composition.Parallel(parts);
  }

  Composition composition() {
    return composition;
  }

  double[] selfMs() {
    return selfMs.clone();
  }

  double[] floorMs() {
    return floorMs.clone();
  }

  double[] prices() {
    return prices.clone();
  }

  int size() {
    return selfMs.length;
  }

  ActivityNetwork network() {
    return ActivityNetwork.of(composition, size());
  }

  /** Every way from beginning to end, as the operators on it. */
  List<List<Integer>> paths() {
    return paths(composition);
  }

  private static List<List<Integer>> paths(Composition composition) {
    return switch (composition) {
      case Composition.One(int operator) -> List.of(List.of(operator));
      case Composition.Parallel(var branches) ->
          branches.stream().flatMap(branch -> paths(branch).stream()).toList();
      case Composition.Series(var parts) -> {
        List<List<Integer>> all = List.of(List.of());
        for (var part : parts) {
          var longer = new ArrayList<List<Integer>>();
          for (var head : all) {
            for (var tail : paths(part)) {
              var path = new ArrayList<>(head);
              path.addAll(tail);
              longer.add(path);
            }
          }
          all = longer;
        }
        yield all;
      }
    };
  }

  /** The longest path, by trying all. */
  double latency(double[] durations) {
    return paths().stream()
        .mapToDouble(path -> path.stream().mapToDouble(v -> durations[v]).sum())
        .max()
        .orElseThrow();
  }
}
