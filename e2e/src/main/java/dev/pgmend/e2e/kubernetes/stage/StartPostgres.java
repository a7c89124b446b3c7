// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.shop.ShopDatabase;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Starts Postgres in a pod. */
public final class StartPostgres implements Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int REACHED_WITHIN_MS = 2_000;

  @Override
  public String title() {
    return "Starting Postgres";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var password = ShopDatabase.newPassword();
    var client = scene.client();
    client.resource(PostgresPod.password(password)).create();
    client.resource(PostgresPod.service()).create();
    client.resource(PostgresPod.pod(scene.settings().postgresImage())).create();
    var pod = Waiting.until("the Postgres pod to be ready", PATIENCE, () -> ready(scene));
    var address = reach(scene, pod);
    var superuser =
        new Login(address.getHostString(), address.getPort(), "postgres", "postgres", password);
    scene.superuser(superuser);
    return "Postgres %s at %s".formatted(version(superuser), address);
  }

  private static Optional<Pod> ready(Scene scene) {
    return Optional.ofNullable(
            scene.client().pods().inNamespace(Names.SHOP).withName(Names.POSTGRES).get())
        .filter(pod ->
            pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")));
  }

  /** Connects to the pod directly if it is reachable from here, else through the API server. */
  private static InetSocketAddress reach(Scene scene, Pod pod) {
    var direct = new InetSocketAddress(pod.getStatus().getPodIP(), Names.POSTGRES_PORT);
    try (var socket = new Socket()) {
      socket.connect(direct, REACHED_WITHIN_MS);
      return direct;
    } catch (IOException _) {
      var forward =
          scene
              .client()
              .pods()
              .inNamespace(Names.SHOP)
              .withName(Names.POSTGRES)
              .portForward(Names.POSTGRES_PORT);
      scene.atEnd(() -> {
        try {
          forward.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      return new InetSocketAddress(forward.getLocalAddress(), forward.getLocalPort());
    }
  }

  private static String version(Login superuser) throws SQLException {
    try (var connection = superuser.connect("shop/version")) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }
}
