// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.Progress;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Risk;
import dev.pgmend.healing.repair.Step;
import dev.pgmend.healing.repair.StepOutcome;
import dev.pgmend.healing.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A statement of a test's own. */
record FakeStep(String sql, StepOutcome left) implements Step {
  /** One that fails with an SQLSTATE until it was tried so many times. */
  static FakeStep failing(TestDatabase database, String sqlState, int times) {
    database.execute("CREATE SEQUENCE tries");
    return new FakeStep(
        """
        DO $$ BEGIN
          IF nextval('public.tries') <= %d THEN
            RAISE EXCEPTION 'no luck' USING ERRCODE = '%s';
          END IF;
        END $$
        """
            .formatted(times, sqlState),
        StepOutcome.UNTOUCHED);
  }

  static RepairPlan plan(TestDatabase database, Step... steps) {
    return new RepairPlan(
        "Fake",
        Target.database(database.name()),
        List.of(steps),
        List.of(),
        Risk.LOW,
        Optional.empty(),
        0,
        false);
  }

  @Override
  public Map<String, String> mark(Session session) {
    return Map.of();
  }

  @Override
  public StepOutcome aftermath(Session session, Map<String, String> mark) {
    return left;
  }

  @Override
  public Optional<Progress> progress(Session session, int backendPid) {
    return Optional.of(new Progress(50, "half way"));
  }
}
