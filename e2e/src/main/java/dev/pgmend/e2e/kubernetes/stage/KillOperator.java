package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.e2e.kubernetes.Names;
import dev.pgmend.e2e.kubernetes.Scene;
import dev.pgmend.e2e.kubernetes.Stage;
import dev.pgmend.e2e.kubernetes.StageFailedException;
import dev.pgmend.e2e.kubernetes.Waiting;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Kills the operator in the middle of a rebuild, and sees its successor take it up. */
public final class KillOperator implements Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Override
  public String title() {
    return "Killing the operator in the middle of a REINDEX CONCURRENTLY";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var watch = new ActionWatch(scene);
    BigTable.breakIndex(scene.shop().owner());
    // Others' progress is shown to those only who may read all statistics.
    try (var connection = scene.shop().carer().connect("shop/proof")) {
      Waiting.untilTrue(
          "the rebuild of %s to be under way".formatted(BigTable.INDEX),
          PATIENCE,
          () -> Optional.of(isRunning(watch) && BigTable.isBeingBuilt(connection)));
      var killed = kill(scene);
      var successor = InstallChart.awaitReady(scene);
      var where = BigTable.isBeingBuilt(connection) ? "still under way" : "over";
      scene.console().note("%s is ready, the rebuild is %s".formatted(successor, where));
      var action =
          Waiting.until("the action to end", PATIENCE, () -> watch.succeeded(BigTable.INDEX));
      check(connection);
      watch.print();
      var journal =
          ActionWatch.status(action).journal().stream()
              .map(entry -> entry.event().name())
              .collect(Collectors.joining(", "));
      return "%s killed, %s took over (rebuild %s); journal: %s; it ran once, nothing is left"
          .formatted(killed, successor, where, journal);
    }
  }

  private static boolean isRunning(ActionWatch watch) {
    return watch
        .about(BigTable.INDEX)
        .filter(action -> ActionWatch.phase(action) == HealingPhase.Running)
        .isPresent();
  }

  /** Without a grace: it is given no time to put anything down. */
  private static String kill(Scene scene) throws StageFailedException {
    var name =
        InstallChart.readyPod(scene)
            .orElseThrow(() -> new StageFailedException("there is no operator to kill"));
    scene.client().pods().inNamespace(Names.SYSTEM).withName(name).withGracePeriod(0).delete();
    scene.console().note(name + " is killed");
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
      throw new StageFailedException(
          "the rebuild ran to its end %d times, not once".formatted(runs));
    }
  }
}
