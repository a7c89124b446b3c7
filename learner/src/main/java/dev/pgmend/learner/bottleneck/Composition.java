package dev.pgmend.learner.bottleneck;

import java.util.List;

/** How the operators of one execution follow each other or run side by side. */
public sealed interface Composition {
  /** One operator, by its position in the plan. */
  record One(int operator) implements Composition {}

  /** One after the other: latencies add. */
  record Series(List<Composition> parts) implements Composition {
    /**
     * @throws IllegalArgumentException if there is no part
     */
    public Series {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("nothing to run one after the other");
      }
    }
  }

  /** Side by side: the longest counts. */
  record Parallel(List<Composition> branches) implements Composition {
    /**
     * @throws IllegalArgumentException if there is no branch
     */
    public Parallel {
      branches = List.copyOf(branches);
      if (branches.isEmpty()) {
        throw new IllegalArgumentException("nothing to run side by side");
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
