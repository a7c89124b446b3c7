// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Latencies by request and period, and of the last seconds. */
final class Latencies {
  private static final int DIGITS = 3;
  private static final int LAST_LOOKS = 5;

  private final Map<String, Recorder> recorders = new LinkedHashMap<>();
  private final Map<Period, Map<String, Histogram>> periods = new EnumMap<>(Period.class);
  private final Deque<Histogram> lastLooks = new ArrayDeque<>();
  private Period period = Period.BETWEEN;

  Latencies(List<String> requests) {
    requests.forEach(name -> recorders.put(name, new Recorder(DIGITS)));
  }

  /** Records a request. Thread-safe. */
  void record(String request, long nanos) {
    var recorder = recorders.get(request);
    if (recorder == null) {
      throw new IllegalArgumentException("unknown request: " + request);
    }
    recorder.recordValue(Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos)));
  }

  /** Ends the current period and begins another. */
  synchronized void begin(Period next) {
    collect();
    period = next;
  }

  /**
   * Latency since the last five calls. Call it at a steady rate.
   *
   * @return the latency of all requests together
   */
  synchronized Latency look() {
    lastLooks.addLast(collect());
    if (lastLooks.size() > LAST_LOOKS) {
      lastLooks.removeFirst();
    }
    var sum = new Histogram(DIGITS);
    lastLooks.forEach(sum::add);
    return Latency.of(sum);
  }

  /** The latency of one request in a period. */
  synchronized Latency of(Period which, String request) {
    var histogram = histograms(which).get(request);
    return Latency.of(histogram == null ? new Histogram(DIGITS) : histogram);
  }

  /** The latency of all requests in a period. */
  synchronized Latency of(Period which) {
    var sum = new Histogram(DIGITS);
    histograms(which).values().forEach(sum::add);
    return Latency.of(sum);
  }

  private Histogram collect() {
    var sum = new Histogram(DIGITS);
    recorders.forEach((name, recorder) -> {
      var interval = recorder.getIntervalHistogram();
      histograms(period).computeIfAbsent(name, _ -> new Histogram(DIGITS)).add(interval);
      sum.add(interval);
    });
    return sum;
  }

  private Map<String, Histogram> histograms(Period which) {
    return periods.computeIfAbsent(which, _ -> new LinkedHashMap<>());
  }
}
