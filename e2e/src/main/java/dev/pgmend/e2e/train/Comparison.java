// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.training.CostFit;
import dev.pgmend.learner.model.training.Training;
import dev.pgmend.learner.model.training.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A comparison of the model with its baselines, on a database that none was trained on.
 *
 * @param coverage share of its plans whose time is between the model's 0.1 and 0.9 quantile
 */
record Comparison(
    String leftOut, int plans, double coverage, LatencyModel model, Map<String, Accuracy> rows) {

  /** Trains on all databases except one, and evaluates on that one. */
  static Comparison leavingOut(String database, List<ObservedPlan> plans, TrainingOptions options) {
    var known = plans.stream().filter(plan -> !plan.database().equals(database)).toList();
    var unknown = plans.stream().filter(plan -> plan.database().equals(database)).toList();
    var model = Training.train(known, List.of(database), options);
    var plain = Training.train(known, List.of(database), options.withoutAttention());
    var rows = new LinkedHashMap<String, Accuracy>();
    rows.put("cost, fitted elsewhere", Accuracy.of(unknown, CostFit.of(known)::ms));
    rows.put("cost, fitted there", Accuracy.of(unknown, CostFit.of(unknown)::ms));
    rows.put("flat linear", Accuracy.of(unknown, FlatModel.fit(known)::ms));
    rows.put(
        "without attention", Accuracy.of(unknown, plan -> plain.predict(plan.plan()).planMs()));
    for (var mechanism : Mechanism.values()) {
      rows.put(
          mechanism.name().toLowerCase(Locale.ROOT),
          Accuracy.of(unknown, plan -> model.predict(plan.plan(), mechanism).planMs()));
    }
    return new Comparison(database, unknown.size(), coverage(model, unknown), model, rows);
  }

  private static double coverage(LatencyModel model, List<ObservedPlan> plans) {
    long within =
        plans.stream()
            .filter(plan -> {
              var quantiles = model.predict(plan.plan()).quantilesMs();
              return plan.observedMs() >= quantiles.low() && plan.observedMs() <= quantiles.high();
            })
            .count();
    return (double) within / plans.size();
  }

  /** The comparison as a Markdown table. */
  String table() {
    var text = new StringBuilder();
    text.append(
        "| %s left out, %d plans | Spearman | pairs in order | q-error median | 90%% | 95%% |%n"
            .formatted(leftOut, plans));
    text.append("|---|---|---|---|---|---|\n");
    rows.forEach((name, row) ->
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %.3f | %.1f%% | %.2f | %.2f | %.2f |%n",
                name,
                row.spearman(),
                100 * row.orderedPairs(),
                row.median(),
                row.p90(),
                row.p95())));
    text.append(
        String.format(
            Locale.ROOT, "%nCoverage of the 80%% interval there: %.1f%%.%n", 100 * coverage));
    return text.toString();
  }
}
