// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.Phase;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The learner proposes a bad index, on a column that every statement changes and none looks up. It
 * prevents HOT updates.
 */
@AutoService(SafetyTrial.class)
public final class HarmfulIndex implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String NAME = "harm-create-index";

  @Override
  public String name() {
    return "HarmfulIndex";
  }

  @Override
  public String tried() {
    return "an index is proposed that slows writes and that no statement uses";
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException {
    var server = environment.server();
    server.run(
        "CREATE TABLE h_counters (id int PRIMARY KEY, hits int NOT NULL) WITH (fillfactor = 30)",
        "INSERT INTO h_counters SELECT i, i FROM generate_series(1, 100000) i",
        "ANALYZE h_counters");
    try (var traffic =
            environment.traffic(
                "UPDATE h_counters SET hits = hits + 1 WHERE id BETWEEN 1 AND 500");
        var operator = environment.startOperator(environment.operatorLogin(), Map.of())) {
      operator.propose(spec(server.owner().database()), NAME);
      var end = operator.awaitEnd(action -> action.name().equals(NAME), PATIENCE);
      var verdict = end.effect().map(effect -> effect.decision().name()).orElse("not measured");
      return TrialResult.of("verdict %s; %s".formatted(verdict, OperatorUnderTest.shortly(end)))
          .and(end.phase() == Phase.RolledBack, "the repair was not undone")
          .and(verdict.equals("Regressed"), "the regression was not detected")
          .andNone(
              server.texts(
                  """
                  SELECT indexrelid::regclass FROM pg_index
                   WHERE indrelid = 'public.h_counters'::regclass AND NOT indisprimary
                  """),
              "indexes left behind")
          .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
    }
  }

  /** The proposal as the learner pod would write it. */
  private static HealingActionSpec spec(String database) {
    var evidence = Map.of("tableRows", "100000", "tableBytes", "10000000");
    var finding =
        new Finding(
                "MissingIndex",
                Severity.WARNING,
                Target.columns(database, "public", "h_counters", List.of("hits")),
                "an index on hits would help",
                evidence)
            .fixedBy("CreateIndexConcurrently");
    var plan = Repairs.planFor(finding).orElseThrow();
    return new HealingActionSpec(
        HealingActionSpec.ClusterRef.named("shop"),
        plan.type(),
        new HealingActionSpec.Target(
            database, "public", "h_counters", null, List.of("hits"), null, null),
        new HealingActionSpec.Finding(
            finding.detector(),
            dev.pgmend.api.v1alpha1.Severity.Warning,
            finding.summary(),
            evidence),
        plan.statements(),
        plan.undoStatements(),
        null,
        null,
        null);
  }
}
