package dev.pgmend.e2e.testbed.workload;

import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the workload fared.
 *
 * @param firstError what the first request that failed was told; empty if none did
 * @param overall latency of all requests by period
 * @param lines latency of each kind of request by period
 */
public record LoadReport(
    long requests, long errors, String firstError, Map<Period, Latency> overall, List<Line> lines) {

  public LoadReport {
    overall = Map.copyOf(overall);
    lines = List.copyOf(lines);
  }

  /** One kind of request, and the fault that it suffered from. */
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

  /** Of all requests in a period. */
  public Latency in(Period period) {
    return overall.getOrDefault(period, NONE);
  }
}
