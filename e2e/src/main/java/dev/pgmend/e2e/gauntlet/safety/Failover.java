// SPDX-License-Identifier: Apache-2.0
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

/** The primary stops during an index build, its standby is promoted, and the Secret is changed. */
@AutoService(SafetyTrial.class)
public final class Failover implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "Failover";
  }

  @Override
  public String tried() {
    return "the primary stops during an index build, and a standby is promoted";
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException {
    var server = environment.server();
    ForeignKey.withoutIndex(server);
    try (var standby = server.standby("h_standby");
        var operator =
            environment.startOperator(
                environment.operatorLogin(),
                Map.of("MissingForeignKeyIndex.minTableSize", "1Mi"))) {
      Predicate<Action> build = action -> action.type().equals("CreateIndexConcurrently");
      try (var other = server.connect()) {
        TargetServer.execute(other, "BEGIN", "UPDATE h_child SET id = id WHERE id = 1");
        server.await(
            """
            SELECT count(*) > 0 FROM pg_stat_activity
             WHERE application_name LIKE 'pgmend/%' AND wait_event_type = 'Lock'
               AND query LIKE '%CREATE INDEX CONCURRENTLY%'
            """);
        environment.closeShop();
        environment.stopServer();
      }
      var now = standby.promote();
      var promoted = new TargetServer(at(server.owner(), now), now, server.files());
      var incomplete = Leftovers.of(promoted);
      operator.pointTo(at(environment.operatorLogin(), now));
      var end = operator.awaitEnd(build, PATIENCE);
      var result =
          TrialResult.of(
                  "the new primary had %s; %s"
                      .formatted(incomplete, OperatorUnderTest.shortly(end)))
              .and(!incomplete.isEmpty(), "the failover did not interrupt the build")
              .and(end.phase() == Phase.Succeeded, "the build did not resume")
              .andNone(Leftovers.of(promoted), "left behind")
              .and(
                  operator.last(action -> action.detector().equals("InvalidIndex")).isEmpty(),
                  "its own incomplete index was proposed to another repair")
              .and(ForeignKey.hasOneIndex(promoted), "there is not exactly one valid index");
      return environment.compare(result, promoted.owner());
    }
  }

  private static Login at(Login login, Login server) {
    return new Login(
        server.host(), server.port(), login.database(), login.user(), login.password());
  }
}
