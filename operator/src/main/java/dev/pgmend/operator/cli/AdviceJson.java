// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.learner.advice.Advice;
import dev.pgmend.learner.advice.Diagnosis;
import dev.pgmend.learner.advice.Gain;
import dev.pgmend.learner.advice.WorkloadAdvice;
import dev.pgmend.learner.app.Advised;
import dev.pgmend.learner.bottleneck.PlanText;
import dev.pgmend.learner.workload.Sample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The document that {@code advise --json} prints; docs/reference/advise.md describes it field by
 * field.
 */
record AdviceJson(
    String schema,
    String server,
    String database,
    String serverVersion,
    boolean hypopg,
    int statementsSeen,
    List<StatementJson> statements,
    List<NotExplainedJson> notExplained) {

  /** Changes only if a reader of the old document would misread the new one. */
  private static final String SCHEMA = "pgmend.dev/advice/v1";

  /** A statement with its plan, root first, and its bottleneck. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record StatementJson(
      String queryId,
      String statement,
      long calls,
      double meanMs,
      double sharePercent,
      List<PlanText.Line> plan,
      List<String> bottleneck,
      double cutValue,
      double flowValue,
      double latencyMs,
      double savableMs,
      String timesBy,
      @Nullable IndexJson advice,
      List<String> abstentions) {}

  record IndexJson(
      String schema,
      String relation,
      List<String> columns,
      Gain gain,
      long bytes,
      long tableWrites,
      List<String> statements,
      List<String> undo) {}

  record NotExplainedJson(String queryId, String statement, String reason) {}

  static String of(ConnectionSpec server, ServerFacts facts, Sample sample, WorkloadAdvice advice) {
    return Json.pretty(
        new AdviceJson(
            SCHEMA,
            server.host() + ":" + server.port(),
            server.database(),
            facts.version(),
            facts.schemaOf("hypopg").isPresent(),
            sample.loads().size(),
            advice.diagnoses().stream()
                .map(diagnosis -> statement(server.database(), diagnosis))
                .toList(),
            advice.notExplained().stream()
                .map(failure ->
                    new NotExplainedJson(
                        Long.toString(failure.load().statement().queryId()),
                        failure.load().statement().shown(),
                        failure.reason()))
                .toList()));
  }

  static StatementJson statement(String database, Diagnosis diagnosis) {
    var load = diagnosis.load();
    var bottleneck = diagnosis.bottleneck();
    return new StatementJson(
        Long.toString(load.statement().queryId()),
        load.statement().shown(),
        load.calls(),
        load.meanMs(),
        load.sharePercent(),
        PlanText.lines(diagnosis.plan(), diagnosis.times().selfMs(), bottleneck),
        bottleneck.operators().stream()
            .map(i -> diagnosis.plan().operators().get(i).toString())
            .toList(),
        bottleneck.cutValue(),
        bottleneck.flowValue(),
        bottleneck.latencyMs(),
        bottleneck.savableMs(),
        diagnosis.times().source(),
        diagnosis.advice().map(advice -> index(database, diagnosis, advice)).orElse(null),
        diagnosis.abstentions());
  }

  private static IndexJson index(String database, Diagnosis diagnosis, Advice advice) {
    var plan = Advised.finding(database, diagnosis).flatMap(Repairs::planFor);
    return new IndexJson(
        advice.index().schema(),
        advice.index().relation(),
        advice.index().columns(),
        advice.gain(),
        advice.bytes(),
        advice.table().writes(),
        plan.map(p -> p.statements()).orElse(List.of()),
        plan.map(p -> p.undoStatements()).orElse(List.of()));
  }
}
