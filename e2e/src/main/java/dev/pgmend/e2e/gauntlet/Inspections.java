// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The number of inspections that an operator has made, from its metrics. */
final class Inspections {
  private static final String COUNTER = "pgmend_inspection_seconds_count";
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final HttpClient client;
  private final HttpRequest request;

  /**
   * @param metrics URL of the metrics, which the operator prints when it starts
   */
  Inspections(HttpClient client, String metrics) {
    this.client = client;
    this.request = HttpRequest.newBuilder(URI.create(metrics)).build();
  }

  /**
   * Waits until the operator has made a number of inspections since its start.
   *
   * @throws IOException if it does not make them in time
   */
  void await(long wanted, Duration atMost) throws IOException, InterruptedException {
    var end = System.nanoTime() + atMost.toNanos();
    while (count() < wanted) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "after %d s the operator had not made %d inspections"
                .formatted(atMost.toSeconds(), wanted));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    }
  }

  private long count() throws IOException, InterruptedException {
    return count(client.send(request, BodyHandlers.ofString()).body());
  }

  /** Inspections of all clusters, from metrics in the text format of Prometheus. */
  static long count(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(COUNTER + "{") || line.startsWith(COUNTER + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
