// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InspectionsTest {
  private final AtomicInteger scrapes = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  /** Adds one inspection between two scrapes. */
  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          var body =
              "pgmend_inspection_seconds_count{cluster=\"shop\"} %d.0\n"
                  .formatted(scrapes.getAndIncrement())
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void sumsInspectionsOfAllClusters() {
    assertThat(
            Inspections.count(
                """
                # TYPE pgmend_inspection_seconds summary
                pgmend_inspection_seconds_count{cluster="a",namespace="n"} 2
                pgmend_inspection_seconds_count{cluster="b",namespace="n"} 3.0
                pgmend_inspection_seconds_sum{cluster="a",namespace="n"} 0.25
                pgmend_inspection_seconds_max{cluster="a",namespace="n"} 0.5
                """))
        .isEqualTo(5);
    assertThat(Inspections.count("")).isZero();
  }

  @Test
  void waitsForNumberOfInspections() throws Exception {
    inspections().await(2, Duration.ofMinutes(1));

    assertThat(scrapes).hasValue(3);
  }

  @Test
  void failsIfInspectionsAreNotMadeInTime() {
    assertThatThrownBy(() -> inspections().await(1_000, Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class)
        .hasMessage("after 1 s the operator had not made 1000 inspections");
  }

  private Inspections inspections() {
    return new Inspections(
        client, "http://127.0.0.1:%d/metrics".formatted(server.getAddress().getPort()));
  }
}
