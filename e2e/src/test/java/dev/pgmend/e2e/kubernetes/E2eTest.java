// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.e2e.image.Base;
import dev.pgmend.e2e.kubernetes.cluster.GivenCluster;
import dev.pgmend.e2e.kubernetes.scene.Console;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Settings;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the stages are run, with stages that do nothing. */
class E2eTest {
  @TempDir private Path directory;
  private final StringWriter printed = new StringWriter();
  private final List<String> ran = new ArrayList<>();
  private KubernetesMockServer server;
  private KubernetesClient client;
  private Scene scene;

  /** Does nothing, or fails. */
  private record Step(String title, boolean fails, List<String> ran) implements Stage {
    @Override
    public String run(Scene scene) throws StageFailedException {
      ran.add(title);
      if (fails) {
        throw new StageFailedException("failure of " + title);
      }
      return "fine";
    }
  }

  @BeforeEach
  void start() {

    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    var settings =
        new Settings(
            directory,
            Base.parse("debian:bookworm-slim"),
            Base.parse("postgres:17"),
            false,
            true,
            directory.resolve("artifacts"));
    scene =
        new Scene(
            settings,
            new GivenCluster(directory.resolve("kubeconfig"), List.of()),
            client,
            new Console(new PrintWriter(printed), true, InstantSource.system()));
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void stopsAtTheFirstFailureAndCollectsArtifacts() throws Exception {
    var closed = new ArrayList<String>();
    scene.atEnd(() -> closed.add("first"));
    scene.atEnd(() -> closed.add("second"));
    assertThat(new E2e(scene).run(List.of(step("a"), failing("b"), step("c")))).isFalse();
    assertThat(ran).containsExactly("a", "b");
    assertThat(closed).as("the newest is closed first").containsExactly("second", "first");
    assertThat(last().path("event").asText()).isEqualTo("result");
    assertThat(last().path("ok").asBoolean(true)).isFalse();
    assertThat(last().path("reason").asText()).isEqualTo("failure of b");
    assertThat(Path.of(last().path("artifacts").asText()).resolve(Names.SHOP + "/pods.yaml"))
        .exists();
  }

  @Test
  void refusesAndKeepsNamespaceOfAnotherRun() throws Exception {
    var namespace =
        new NamespaceBuilder().withNewMetadata().withName(Names.SHOP).endMetadata().build();
    client.resource(namespace).create();
    assertThat(new E2e(scene).run(List.of(step("a")))).isFalse();
    assertThat(ran).isEmpty();
    assertThat(client.namespaces().withName(Names.SHOP).get()).isNotNull();
    assertThat(last().path("reason").asText())
        .contains("the namespace " + Names.SHOP + " already exists");
  }

  private Stage step(String title) {
    return new Step(title, false, ran);
  }

  private Stage failing(String title) {
    return new Step(title, true, ran);
  }

  private JsonNode last() throws Exception {
    return new ObjectMapper().readTree(printed.toString().lines().toList().getLast());
  }
}
