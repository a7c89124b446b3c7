// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.learner.advice.Advice;
import dev.pgmend.learner.advice.Diagnosis;
import dev.pgmend.learner.advice.WorkloadAdvice;
import dev.pgmend.learner.app.Advised;
import dev.pgmend.learner.bottleneck.PlanText;
import dev.pgmend.learner.workload.Sample;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** Advice as text. */
final class AdviceText {
  private static final int MAX_REASONS = 3;

  private final PrintWriter out;
  private final Ansi ansi;

  AdviceText(PrintWriter out, Ansi ansi) {
    this.out = out;
    this.ansi = ansi;
  }

  void print(String database, ServerFacts facts, Sample sample, WorkloadAdvice advice) {
    var worthwhile = advice.diagnoses().stream().filter(d -> d.advice().isPresent()).count();
    out.println(
        "%s on Postgres %s: %d statements ran, %d checked, %d would be faster with an index (estimated by %s)"
            .formatted(
                database,
                facts.version(),
                sample.loads().size(),
                advice.diagnoses().size() + advice.notExplained().size(),
                worthwhile,
                facts.schemaOf("hypopg").isPresent()
                    ? "HypoPG"
                    : "the model; install HypoPG to use Postgres' own planner"));
    advice.diagnoses().forEach(diagnosis -> print(database, diagnosis));
    for (var failure : advice.notExplained()) {
      out.println();
      out.println(head(failure.load().meanMs(), failure.load().sharePercent()));
      out.println("    " + failure.load().statement().shown());
      out.println("    no plan: " + failure.reason().lines().findFirst().orElse(""));
    }
  }

  private void print(String database, Diagnosis diagnosis) {
    var load = diagnosis.load();
    out.println();
    out.println(head(load.meanMs(), load.sharePercent()) + ", %d calls".formatted(load.calls()));
    out.println("    " + load.statement().shown());
    plan(diagnosis);
    diagnosis
        .advice()
        .ifPresentOrElse(
            advice -> advised(database, diagnosis, advice),
            () ->
                diagnosis.abstentions().stream()
                    .limit(MAX_REASONS)
                    .forEach(
                        reason -> out.println(ansi.text("    @|faint no advice:|@ ") + reason)));
  }

  private void plan(Diagnosis diagnosis) {
    var lines =
        PlanText.lines(diagnosis.plan(), diagnosis.times().selfMs(), diagnosis.bottleneck());
    PlanText.render(lines)
        .lines()
        .forEach(line ->
            out.println(
                "    "
                    + (line.endsWith(PlanText.MARK)
                        ? ansi.text("@|yellow " + escaped(line) + "|@")
                        : line)));
    out.println(
        "    cut: %s; %.2f ms of %.2f ms can be saved there"
            .formatted(
                Advised.operators(diagnosis),
                diagnosis.bottleneck().savableMs(),
                diagnosis.bottleneck().latencyMs()));
  }

  /** An at sign with a bar begins a style; plans can have them in names only. */
  private static String escaped(String text) {
    return text.replace("@|", "@ |").replace("|@", "| @");
  }

  private void advised(String database, Diagnosis diagnosis, Advice advice) {
    out.println(
        ansi.text("    @|green,bold advice:|@ ")
            + "%s would save %s, and take %s"
                .formatted(advice.index(), advice.gain(), ByteSize.of(advice.bytes())));
    Advised.finding(database, diagnosis)
        .flatMap(Repairs::planFor)
        .ifPresent(plan -> {
          plan.statements().forEach(sql -> out.println("    fix:   " + sql + ";"));
          plan.undoStatements().forEach(sql -> out.println("    undo:  " + sql + ";"));
        });
  }

  private String head(double meanMs, double sharePercent) {
    return ansi.text("@|bold %.1f%% of all time|@".formatted(sharePercent))
        + String.format(Locale.ROOT, ", %.2f ms a call", meanMs);
  }
}
