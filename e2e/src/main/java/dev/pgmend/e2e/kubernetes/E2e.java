// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.marcnuri.helm.Helm;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.stage.ApplyResources;
import dev.pgmend.e2e.kubernetes.stage.BreakAndHeal;
import dev.pgmend.e2e.kubernetes.stage.BuildImages;
import dev.pgmend.e2e.kubernetes.stage.InstallChart;
import dev.pgmend.e2e.kubernetes.stage.KillOperator;
import dev.pgmend.e2e.kubernetes.stage.LearnAndApprove;
import dev.pgmend.e2e.kubernetes.stage.LoadImages;
import dev.pgmend.e2e.kubernetes.stage.OpenShop;
import dev.pgmend.e2e.kubernetes.stage.StartPostgres;
import dev.pgmend.e2e.kubernetes.stage.Uninstall;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the stages in order and cleans up. */
public final class E2e {
  private static final Duration MAX_CLEANUP = Duration.ofMinutes(2);

  private final Scene scene;

  public E2e(Scene scene) {
    this.scene = scene;
  }

  /** The stages, in order. */
  public static List<Stage> stages() {
    return List.of(
        new BuildImages(),
        new LoadImages(),
        new InstallChart(),
        new StartPostgres(),
        new OpenShop(),
        new ApplyResources(),
        new BreakAndHeal(),
        new KillOperator(),
        new LearnAndApprove(),
        new Uninstall());
  }

  /** Runs the stages; returns whether all passed. */
  public boolean run(List<Stage> stages) {
    if (isOccupied()) {
      return false;
    }
    try {
      for (var stage : stages) {
        var began = System.nanoTime();
        scene.console().begins(stage.title());
        var seen = stage.run(scene);
        scene.console().passed(stage.title(), seen, Duration.ofNanos(System.nanoTime() - began));
      }
      succeeded();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed("interrupted");
    } catch (StageFailedException e) {
      failed(String.valueOf(e.getMessage()));
    } catch (IOException | SQLException | RuntimeException e) {
      failed(e.toString());
    } finally {
      scene.close();
      if (!scene.settings().keep()) {
        cleanUp();
      }
    }
    return false;
  }

  /** A namespace of another run, which may be in progress, must not be removed. */
  private boolean isOccupied() {
    for (var namespace : List.of(Names.SYSTEM, Names.SHOP)) {
      if (scene.client().namespaces().withName(namespace).get() != null) {
        var why =
            "the namespace %s already exists: another run is in progress, or was kept with --keep; delete it first"
                .formatted(namespace);
        scene
            .console()
            .result(false, JsonNodeFactory.instance.objectNode().put("reason", why), why);
        return true;
      }
    }
    return false;
  }

  private void succeeded() {
    var report = scene.workload().report();
    var facts =
        JsonNodeFactory.instance
            .objectNode()
            .put("requests", report.requests())
            .put("errors", report.errors());
    scene
        .console()
        .result(
            true,
            facts,
            "passed: %,d requests of the shop's users without an error"
                .formatted(report.requests()));
  }

  private void failed(String why) {
    var artifacts = scene.settings().artifacts();
    new Artifacts(scene.client(), artifacts).collect();
    var facts =
        JsonNodeFactory.instance
            .objectNode()
            .put("reason", why)
            .put("artifacts", artifacts.toString());
    scene
        .console()
        .result(false, facts, "failed: %s%nLogs and resources: %s".formatted(why, artifacts));
  }

  /** Keeps the CRDs, as Helm does, because other resources may depend on them. */
  private void cleanUp() {
    try {
      Helm.uninstall(Names.RELEASE)
          .withNamespace(Names.SYSTEM)
          .withKubeConfig(scene.cluster().kubeconfig())
          .ignoreNotFound()
          .call();
    } catch (IllegalStateException e) {
      scene.console().note("the release could not be removed: " + e.getMessage());
    }
    for (var namespace : List.of(Names.SHOP, Names.SYSTEM)) {
      try {
        scene
            .client()
            .namespaces()
            .withName(namespace)
            .withTimeout(MAX_CLEANUP.toSeconds(), TimeUnit.SECONDS)
            .delete();
      } catch (KubernetesClientException e) {
        scene.console().note(namespace + " could not be removed: " + e.getMessage());
      }
    }
  }
}
