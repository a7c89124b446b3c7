// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of the workload.
 *
 * @param firstError the error message of the first request that failed; empty if none did
 * @param overall latency of all requests by period
 * @param lines latency of each kind of request by period
 */
public record LoadReport(
    long requests, long errors, String firstError, Map<Period, Latency> overall, List<Line> lines) {

  public LoadReport {
    overall = Map.copyOf(overall);
    lines = List.copyOf(lines);
  }

  /** One kind of request, and the fault that affects it. */
  public record Line(
      String request, Optional<ShopFault> suffersFrom, Map<Period, Latency> latency) {
    public Line {
      latency = Map.copyOf(latency);
    }

    public Latency in(Period period) {
      return latency.getOrDefault(period, NONE);
    }
  }

  private static final Latency NONE = new Latency(0, 0, 0, 0);

  /** The latency of all requests in a period. */
  public Latency in(Period period) {
    return overall.getOrDefault(period, NONE);
  }
}
