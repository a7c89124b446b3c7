// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import com.marcnuri.helm.Helm;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Installs the chart as a user would, and waits until the operator is ready. */
public final class InstallChart implements Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Override
  public String title() {
    return "Installing the chart";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var client = scene.client();
    for (var namespace : List.of(Names.SYSTEM, Names.SHOP)) {
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
    var operator = scene.image("operator").orElseThrow();
    var install =
        new Helm(scene.settings().chart())
            .install()
            .withName(Names.RELEASE)
            .withNamespace(Names.SYSTEM)
            .withKubeConfig(scene.cluster().kubeconfig())
            .set("image.repository", operator.repository())
            .set("image.tag", operator.tag())
            .set("learner.image.repository", "")
            .set("extraArgs[0]", "--json");
    scene
        .image("learner")
        .ifPresent(learner ->
            install
                .set("learner.image.repository", learner.repository())
                .set("learner.image.tag", learner.tag()));
    if (!scene.settings().clusterWide()) {
      install.set("watchNamespaces[0]", Names.SHOP);
    }
    var release = install.call();
    return "release %s, chart %s, %s; pod %s is ready"
        .formatted(release.getName(), release.getChart(), release.getStatus(), awaitReady(scene));
  }

  /** Waits until the operator's pod is ready, and returns its name. */
  static String awaitReady(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    return Waiting.until("the operator to be ready", PATIENCE, () -> readyPod(scene));
  }

  static Optional<String> readyPod(Scene scene) {
    return scene
        .client()
        .pods()
        .inNamespace(Names.SYSTEM)
        .withLabel("app.kubernetes.io/component", "operator")
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod ->
            pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")))
        .map(pod -> pod.getMetadata().getName())
        .findFirst();
  }
}
