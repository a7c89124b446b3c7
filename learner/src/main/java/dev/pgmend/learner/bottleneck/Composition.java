// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import java.util.List;

/** The composition of an execution's operators in series and in parallel. */
public sealed interface Composition {
  /** One operator, by its position in the plan. */
  record One(int operator) implements Composition {}

  /** In series: latencies add up. */
  record Series(List<Composition> parts) implements Composition {
    /**
     * @throws IllegalArgumentException if there are no parts
     */
    public Series {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("a series needs at least one part");
      }
    }
  }

  /** In parallel: the longest counts. */
  record Parallel(List<Composition> branches) implements Composition {
    /**
     * @throws IllegalArgumentException if there are no branches
     */
    public Parallel {
      branches = List.copyOf(branches);
      if (branches.isEmpty()) {
        throw new IllegalArgumentException("a parallel composition needs at least one branch");
      }
    }
  }

  /** Latency in the unit of the durations, one duration per operator. */
  default double latency(double[] durations) {
    return switch (this) {
      case One one -> durations[one.operator()];
      case Series series ->
          series.parts().stream().mapToDouble(part -> part.latency(durations)).sum();
      case Parallel parallel ->
          parallel.branches().stream()
              .mapToDouble(branch -> branch.latency(durations))
              .max()
              .orElseThrow();
    };
  }
}
