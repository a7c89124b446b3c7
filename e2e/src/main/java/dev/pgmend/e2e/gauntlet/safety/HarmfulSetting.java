// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * A policy pins {@code work_mem} to a value at which a subquery no longer fits a hash table, so
 * that each row is compared with each.
 */
@AutoService(SafetyTrial.class)
public final class HarmfulSetting implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Override
  public String name() {
    return "HarmfulSetting";
  }

  @Override
  public String tried() {
    return "a policy pins work_mem to 64 kB, too little for a statement";
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException {
    var server = environment.server();
    server.runAsSuperuser("GRANT ALTER SYSTEM ON PARAMETER work_mem TO pgmend");
    server.run(
        "CREATE TABLE h_all (id int)",
        "INSERT INTO h_all SELECT generate_series(1, 500)",
        "CREATE TABLE h_some (id int NOT NULL)",
        "INSERT INTO h_some SELECT generate_series(1, 8000)",
        "ANALYZE h_all, h_some");
    var before = server.texts("SHOW work_mem");
    try (var traffic =
            environment.traffic(
                "SELECT count(*) FROM h_all WHERE id NOT IN (SELECT id FROM h_some)");
        var operator =
            environment.startOperator(
                environment.operatorLogin(), Map.of(), Map.of("work_mem", "64kB"))) {
      var end = operator.awaitEnd(action -> action.detector().equals("SettingDrift"), PATIENCE);
      var verdict = end.effect().map(effect -> effect.decision().name()).orElse("not measured");
      return TrialResult.of("verdict %s; %s".formatted(verdict, OperatorUnderTest.shortly(end)))
          .and(end.phase() == Phase.RolledBack, "the repair was not undone")
          .and(verdict.equals("Regressed"), "the regression was not detected")
          .and(server.texts("SHOW work_mem").equals(before), "work_mem was not restored")
          .andNone(
              server.texts("SELECT setting FROM pg_file_settings WHERE name = 'work_mem'"),
              "values left behind in configuration files")
          .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
    }
  }
}
