// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Applies the manifests that a user would keep in Git, and waits for the first inspection. */
public final class ApplyResources implements Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: %1$s, namespace: %2$s}
      type: Opaque
      stringData:
        host: %1$s.%2$s.svc
        port: "%3$d"
        dbname: shop
        username: pgmend
        password: "%4$s"
      ---
      apiVersion: pgmend.dev/v1alpha1
      kind: PgCluster
      metadata:
        name: %5$s
        namespace: %2$s
        labels: {tier: e2e}
      spec:
        provider:
          connection:
            secretRef: {name: %1$s}
            diskCapacity: 100Gi
        databases: {include: [shop]}
        inspectionInterval: 10s
      ---
      apiVersion: pgmend.dev/v1alpha1
      kind: TuningPolicy
      metadata: {name: %6$s, namespace: %2$s}
      spec:
        selector: {matchLabels: {tier: e2e}}
        mode: Auto
        budget: {minFreeDiskPercent: 2}
        verification: {window: 10s, maxRegressionPercent: 25}
      """;

  @Override
  public String title() {
    return "Applying PgCluster and TuningPolicy";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var manifests =
        MANIFESTS.formatted(
            Names.POSTGRES,
            Names.SHOP,
            Names.POSTGRES_PORT,
            scene.shop().operatorLogin().password(),
            Names.CLUSTER,
            Names.POLICY);
    var how = apply(scene, manifests);
    var status =
        Waiting.until(
            "the PgCluster to be ready",
            PATIENCE,
            () ->
                Optional.ofNullable(cluster(scene))
                    .map(PgCluster::getStatus)
                    .filter(s ->
                        s.conditions().stream()
                            .anyMatch(c -> c.type().equals("Ready") && c.holds())));
    return "by %s; health score %s".formatted(how, status.healthScore());
  }

  private static String apply(Scene scene, String manifests)
      throws IOException, InterruptedException {
    var kubectl = scene.kubectl();
    if (kubectl.isPresent()) {
      var file = Files.createTempFile("pgmend-e2e-", ".yaml");
      try {
        Files.writeString(file, manifests);
        kubectl.get().run("apply", "-f", file.toString());
        return "kubectl apply";
      } finally {
        Files.delete(file);
      }
    }
    var stream = new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8));
    scene.client().load(stream).serverSideApply();
    return "server-side apply (no kubectl on the PATH)";
  }

  private static PgCluster cluster(Scene scene) {
    return scene
        .client()
        .resources(PgCluster.class)
        .inNamespace(Names.SHOP)
        .withName(Names.CLUSTER)
        .get();
  }
}
