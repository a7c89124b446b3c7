// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.learner.bottleneck.Bottlenecks;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.workload.PlanCapture;
import dev.pgmend.learner.workload.StatementLoad;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds the bottleneck of a statement and the index that would help most. */
public final class Advisor {
  /** Below this gain an index is not worth its maintenance, and the estimate is too uncertain. */
  public static final double MIN_GAIN_PERCENT = 20;

  /** A plan may read many partitions; a few are enough to see which index is missing. */
  private static final int MAX_SCANS = 8;

  /** Twice the share at which autovacuum analyzes a table. Above it, estimates are unreliable. */
  private static final double MAX_STALE = 0.2;

  private final OperatorTimes times;

  public Advisor(OperatorTimes times) {
    this.times = times;
  }

  /**
   * Diagnoses one statement.
   *
   * @param session the session that captured the plan; also used for HypoPG
   * @throws SQLException if a query fails
   */
  public Diagnosis diagnose(
      Session session, ServerFacts facts, PlanCapture plans, StatementLoad load, PlanDag plan)
      throws SQLException {
    var raw = times.of(plan);
    var scale = load.meanMs() / Math.max(Double.MIN_NORMAL, Arrays.stream(raw.selfMs()).sum());
    var before = scaled(raw, scale);
    var bottleneck = Bottlenecks.find(plan, before.selfMs(), new double[plan.size()]);
    var abstentions = new ArrayList<String>();
    var best = Optional.<Advice>empty();
    for (var scan : scansBehind(plan, bottleneck.operators())) {
      var operator = plan.operators().get(scan);
      var table = TableFacts.read(session, operator.schema(), operator.relation());
      if (table.isEmpty()) {
        continue;
      }
      if (table.get().staleShare() > MAX_STALE) {
        abstentions.add(
            "%s.%s: %.0f%% of its rows changed since the last ANALYZE; run ANALYZE first"
                .formatted(operator.schema(), operator.relation(), 100 * table.get().staleShare()));
        continue;
      }
      var needs = ScanNeeds.of(plan, scan, table.get());
      var whatIf =
          HypoPg.of(session, facts, plans, load)
              .orElseGet(() -> new PlanSurgery(plan, needs, table.get(), load.rowsPerCall()));
      for (var candidate : needs.candidates(table.get())) {
        var judged = judge(plan, before, scale, candidate, table.get(), whatIf, abstentions);
        best = better(best, judged);
      }
    }
    if (best.isEmpty() && abstentions.isEmpty()) {
      abstentions.add("no condition or sort order in this plan could use a new index");
    }
    return new Diagnosis(load, plan, before, bottleneck, best, abstentions);
  }

  private Optional<Advice> judge(
      PlanDag plan,
      OperatorTimes.Estimate before,
      double scale,
      IndexCandidate candidate,
      TableFacts table,
      WhatIf whatIf,
      List<String> abstentions)
      throws SQLException {
    var after = whatIf.with(candidate);
    if (after.isEmpty()) {
      abstentions.add(
          "%s: the planner would not use it, or %s cannot tell"
              .formatted(candidate, whatIf.source()));
      return Optional.empty();
    }
    var gain =
        GainEstimate.of(
            plan, before, after.get(), scaled(times.of(after.get()), scale), whatIf.source());
    if (gain.percent() < MIN_GAIN_PERCENT) {
      abstentions.add(
          "%s: expected to save %.0f%%, below the minimum of %.0f%%"
              .formatted(candidate, gain.percent(), MIN_GAIN_PERCENT));
      return Optional.empty();
    }
    if (gain.low() <= 0) {
      abstentions.add("%s: expected to save %s, which is too uncertain".formatted(candidate, gain));
      return Optional.empty();
    }
    return Optional.of(
        new Advice(candidate, gain, table.indexBytes(candidate), table, after.get()));
  }

  /** Sorts by the lower end of the gain, and similar gains by the size of the index. */
  private static Optional<Advice> better(Optional<Advice> one, Optional<Advice> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    var difference = other.get().gain().percent() - one.get().gain().percent();
    if (Math.abs(difference) < 2) {
      return one.get().bytes() <= other.get().bytes() ? one : other;
    }
    return difference > 0 ? other : one;
  }

  /** Scales the model's times to the measured time, because servers differ in speed. */
  private static OperatorTimes.Estimate scaled(OperatorTimes.Estimate estimate, double factor) {
    var ms = Arrays.stream(estimate.selfMs()).map(time -> time * factor).toArray();
    return new OperatorTimes.Estimate(ms, estimate.uncertainty(), estimate.source());
  }

  /** The scans whose rows reach the bottleneck, largest first. */
  private static List<Integer> scansBehind(PlanDag plan, List<Integer> bottleneck) {
    var ancestors = plan.ancestors();
    return IntStream.range(0, plan.size())
        .filter(i -> !plan.operators().get(i).relation().isEmpty())
        .filter(i -> plan.operators().get(i).type() != NodeType.MODIFY_TABLE)
        .filter(i ->
            bottleneck.contains(i) || bottleneck.stream().anyMatch(b -> ancestors.get(b).get(i)))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -plan.operators().get(i).totalCost()))
        .limit(MAX_SCANS)
        .toList();
  }
}
