// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pgmend.e2e.kubernetes.cluster.K3sCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with a Docker engine that has no image and no registry. */
class E2eWithoutRegistryTest {
  private static final int PATIENCE_SECONDS = 30;

  @TempDir private Path directory;
  private HttpServer engine;

  @BeforeEach
  void startEngine() throws IOException {
    engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    engine.createContext("/", E2eWithoutRegistryTest::answer);
    engine.start();
  }

  @AfterEach
  void stopEngine() {
    engine.stop(0);
  }

  @Test
  void reportsTheMissingImageAndWhatToDo() throws IOException, InterruptedException {
    var command = run();
    try {
      assertThat(command.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(command.exitValue()).isEqualTo(1);
      assertThat(command.inputReader().readAllAsString())
          .contains(
              "failed: Docker has no image " + K3sCluster.IMAGE, "no such host", "Use --kubeconfig")
          .doesNotContain("\tat ");
    } finally {
      command.destroyForcibly();
    }
  }

  private Process run() throws IOException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                E2eMain.class.getName(),
                "--artifacts",
                directory.toString())
            .redirectErrorStream(true);
    builder.environment().put("DOCKER_HOST", "tcp://localhost:" + engine.getAddress().getPort());
    return builder.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      var path = exchange.getRequestURI().getPath();
      if (path.contains("/images/create")) {
        answer(exchange, 500, "{\"message\":\"lookup registry: no such host\"}");
      } else if (path.contains("/images/")) {
        answer(exchange, 404, "{\"message\":\"no such image\"}");
      } else {
        answer(exchange, 200, "{}");
      }
    }
  }

  private static void answer(HttpExchange exchange, int code, String json) throws IOException {
    var body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }
}
