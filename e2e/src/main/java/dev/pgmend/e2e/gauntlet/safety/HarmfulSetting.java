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
 * Somebody pins {@code work_mem} to a value at which the rows of a subquery no longer fit a hash
 * table, and each is compared with each.
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
  public TrialResult attempt(TrialEnvironment ground)
      throws IOException, SQLException, InterruptedException {
    var arena = ground.arena();
    arena.runAsSuperuser("GRANT ALTER SYSTEM ON PARAMETER work_mem TO pgmend");
    arena.run(
        "CREATE TABLE h_all (id int)",
        "INSERT INTO h_all SELECT generate_series(1, 500)",
        "CREATE TABLE h_some (id int NOT NULL)",
        "INSERT INTO h_some SELECT generate_series(1, 8000)",
        "ANALYZE h_all, h_some");
    var before = arena.texts("SHOW work_mem");
    try (var traffic =
            ground.traffic("SELECT count(*) FROM h_all WHERE id NOT IN (SELECT id FROM h_some)");
        var care = ground.care(ground.carer(), Map.of("SettingDrift.pinned.work_mem", "64kB"))) {
      var end = care.awaitEnd(action -> action.detector().equals("SettingDrift"), PATIENCE);
      var verdict = end.effect().map(effect -> effect.decision().name()).orElse("not measured");
      return TrialResult.of("judged %s; %s".formatted(verdict, OperatorUnderTest.shortly(end)))
          .and(end.phase() == Phase.RolledBack, "it was not taken back")
          .and(verdict.equals("Regressed"), "it was not found to hurt")
          .and(arena.texts("SHOW work_mem").equals(before), "work_mem is not what it was")
          .andNone(
              arena.texts("SELECT setting FROM pg_file_settings WHERE name = 'work_mem'"),
              "values left in files")
          .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
    }
  }
}
