// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Kills the operator during a rebuild and waits until its successor has resumed it. */
public final class KillOperator implements Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Override
  public String title() {
    return "Killing the operator during a REINDEX CONCURRENTLY";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var watch = new ActionWatch(scene);
    BigTable.breakIndex(scene.shop().owner());
    // Only a role that can read all statistics sees the progress of other roles.
    try (var connection = scene.shop().operatorLogin().connect("shop/check")) {
      Waiting.untilTrue(
          "the rebuild of %s to start".formatted(BigTable.INDEX),
          PATIENCE,
          () -> Optional.of(isRunning(watch) && BigTable.isBeingBuilt(connection)));
      var killed = kill(scene);
      var successor = InstallChart.awaitReady(scene);
      var where = BigTable.isBeingBuilt(connection) ? "still running" : "finished";
      scene.console().note("%s is ready, the rebuild is %s".formatted(successor, where));
      var action =
          Waiting.until("the action to end", PATIENCE, () -> watch.succeeded(BigTable.INDEX));
      check(connection);
      watch.print();
      var journal =
          ActionWatch.status(action).journal().stream()
              .map(entry -> entry.event().name())
              .collect(Collectors.joining(", "));
      return "%s killed, %s took over (rebuild %s); journal: %s; it ran once and left nothing behind"
          .formatted(killed, successor, where, journal);
    }
  }

  private static boolean isRunning(ActionWatch watch) {
    return watch
        .about(BigTable.INDEX)
        .filter(action -> ActionWatch.phase(action) == HealingPhase.Running)
        .isPresent();
  }

  /** Deletes the pod without a grace period. */
  private static String kill(Scene scene) throws StageFailedException {
    var name =
        InstallChart.readyPod(scene)
            .orElseThrow(() -> new StageFailedException("there is no operator pod"));
    scene.client().pods().inNamespace(Names.SYSTEM).withName(name).withGracePeriod(0).delete();
    scene.console().note(name + " was killed");
    return name;
  }

  private static void check(Connection connection) throws StageFailedException, SQLException {
    if (!BigTable.isValid(connection)) {
      throw new StageFailedException(BigTable.INDEX + " is still invalid");
    }
    var invalid = Sql.invalidIndexes(connection);
    if (!invalid.isEmpty()) {
      throw new StageFailedException("indexes were left behind: " + invalid);
    }
    var runs =
        Sql.number(
            connection,
            """
            SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
             WHERE query LIKE '%%REINDEX INDEX CONCURRENTLY%%%s%%'
               AND query NOT LIKE '%%pg_stat_statements%%'
            """
                .formatted(BigTable.INDEX));
    if (runs != 1) {
      throw new StageFailedException("the rebuild finished %d times, not once".formatted(runs));
    }
  }
}
