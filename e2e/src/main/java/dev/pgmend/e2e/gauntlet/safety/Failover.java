package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.TargetServer;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.Phase;
import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The primary stops while an index is built on it, its standby takes over, and the Secret is
 * changed to name it.
 */
@AutoService(SafetyTrial.class)
public final class Failover implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "Failover";
  }

  @Override
  public String tried() {
    return "the primary stops while an index is built, and a standby is promoted";
  }

  @Override
  public TrialResult attempt(TrialEnvironment ground)
      throws IOException, SQLException, InterruptedException {
    var arena = ground.arena();
    ForeignKey.withoutIndex(arena);
    try (var standby = arena.standby("h_standby");
        var care =
            ground.care(ground.carer(), Map.of("MissingForeignKeyIndex.minTableBytes", "1MB"))) {
      Predicate<Action> build = action -> action.type().equals("CreateIndexConcurrently");
      try (var other = arena.connect()) {
        TargetServer.execute(other, "BEGIN", "UPDATE h_child SET id = id WHERE id = 1");
        arena.await(
            """
            SELECT count(*) > 0 FROM pg_stat_activity
             WHERE application_name LIKE 'pgmend/%' AND wait_event_type = 'Lock'
               AND query LIKE '%CREATE INDEX CONCURRENTLY%'
            """);
        ground.closeShop();
        ground.stopServer();
      }
      var now = standby.promote();
      var promoted = new TargetServer(at(arena.owner(), now), now, arena.files());
      var left = Leftovers.of(promoted);
      care.pointTo(at(ground.carer(), now));
      var end = care.awaitEnd(build, PATIENCE);
      var proof =
          TrialResult.of(
                  "the new primary had %s; %s".formatted(left, OperatorUnderTest.shortly(end)))
              .and(!left.isEmpty(), "the build was not in its midst")
              .and(end.phase() == Phase.Succeeded, "it was not taken up again")
              .andNone(Leftovers.of(promoted), "left")
              .and(
                  care.last(action -> action.detector().equals("InvalidIndex")).isEmpty(),
                  "what it had half made was taken for another's")
              .and(ForeignKey.hasOneIndex(promoted), "the index was not built once");
      return ground.compare(proof, promoted.owner());
    }
  }

  private static Login at(Login login, Login server) {
    return new Login(
        server.host(), server.port(), login.database(), login.user(), login.password());
  }
}
