// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import com.marcnuri.helm.Helm;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import dev.pgmend.e2e.testbed.shop.Ledger;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Uninstalls the chart and checks that the database and the resources are intact. */
public final class Uninstall implements Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Override
  public String title() {
    return "Uninstalling";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    scene.workload().close();
    var report = scene.workload().report();
    if (report.errors() > 0) {
      throw new StageFailedException(
          "%d of %d requests of the shop's users failed, the first: %s"
              .formatted(report.errors(), report.requests(), report.firstError()));
    }
    try (var connection = scene.shop().owner().connect("shop/check")) {
      var before = indexes(connection);
      Helm.uninstall(Names.RELEASE)
          .withNamespace(Names.SYSTEM)
          .withKubeConfig(scene.cluster().kubeconfig())
          .call();
      Waiting.untilTrue(
          "the operator's pods to be gone", PATIENCE, () -> Optional.of(isGone(scene)));
      check(scene, connection, before);
    }
    return "%,d requests, no error; no row lost, every index valid; PgCluster, TuningPolicy, HealingActions and CRDs stay, as Helm leaves them"
        .formatted(report.requests());
  }

  private static boolean isGone(Scene scene) {
    return scene.client().pods().inNamespace(Names.SYSTEM).list().getItems().isEmpty();
  }

  private static void check(Scene scene, Connection connection, List<String> before)
      throws StageFailedException, SQLException {
    var lost =
        scene.ledger().compare(connection).stream()
            .filter(comparison -> !comparison.agrees())
            .map(Ledger.Comparison::toString)
            .toList();
    if (!lost.isEmpty()) {
      throw new StageFailedException("tables do not contain what was written to them: " + lost);
    }
    if (!Sql.invalidIndexes(connection).isEmpty() || !indexes(connection).equals(before)) {
      throw new StageFailedException("the indexes changed; before: " + before);
    }
    var sessions =
        Sql.number(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgmend%'");
    if (sessions > 0) {
      throw new StageFailedException("pgmend left %d sessions open".formatted(sessions));
    }
    var cluster =
        scene
            .client()
            .resources(PgCluster.class)
            .inNamespace(Names.SHOP)
            .withName(Names.CLUSTER)
            .get();
    if (cluster == null) {
      throw new StageFailedException("the PgCluster was removed with the operator");
    }
  }

  private static List<String> indexes(Connection connection) throws SQLException {
    return Sql.texts(
        connection,
        """
        SELECT indexdef FROM pg_indexes
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
        """);
  }
}
