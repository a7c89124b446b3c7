// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import org.HdrHistogram.Histogram;

/** Percentiles of the latency that the users saw. */
public record Latency(long requests, double p50Ms, double p95Ms, double p99Ms) {
  private static final double MICROS_PER_MS = 1_000;

  static Latency of(Histogram micros) {
    return new Latency(micros.getTotalCount(), ms(micros, 50), ms(micros, 95), ms(micros, 99));
  }

  private static double ms(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0
        ? 0
        : micros.getValueAtPercentile(percentile) / MICROS_PER_MS;
  }
}
