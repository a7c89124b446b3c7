// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.healing.detect.index.MissingIndex;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.CreateIndexConcurrently;
import dev.pgmend.learner.advice.Advice;
import dev.pgmend.learner.advice.Diagnosis;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Converts a diagnosis into a finding with its evidence. */
public final class Advised {
  /** Key of the evidence: the statement's ID in pg_stat_statements. */
  public static final String QUERY_ID = "queryId";

  /** Key of the evidence: the operators of the bottleneck, separated by commas. */
  public static final String BOTTLENECK = "bottleneck";

  /** Key of the evidence: the statement's share of the execution time of all statements. */
  public static final String SHARE = "shareOfTimePercent";

  private Advised() {}

  /** The finding for a diagnosis; empty if it advises no index. */
  public static Optional<Finding> finding(String database, Diagnosis diagnosis) {
    return diagnosis.advice().map(advice -> finding(database, diagnosis, advice));
  }

  private static Finding finding(String database, Diagnosis diagnosis, Advice advice) {
    var load = diagnosis.load();
    var index = advice.index();
    var gain = advice.gain();
    var evidence = new HashMap<String, String>();
    evidence.put(QUERY_ID, Long.toString(load.statement().queryId()));
    evidence.put("statement", load.statement().shown());
    evidence.put("calls", Long.toString(load.calls()));
    evidence.put("meanMs", decimal(load.meanMs()));
    evidence.put(SHARE, decimal(load.sharePercent()));
    evidence.put(BOTTLENECK, operators(diagnosis));
    evidence.put("cutValue", decimal(diagnosis.bottleneck().cutValue()));
    evidence.put("savableMs", decimal(diagnosis.bottleneck().savableMs()));
    evidence.put("gainPercent", decimal(gain.percent()));
    evidence.put("gainLowPercent", decimal(gain.low()));
    evidence.put("gainHighPercent", decimal(gain.high()));
    evidence.put("gainSource", gain.source());
    evidence.put(CreateIndexConcurrently.TABLE_ROWS, Long.toString((long) advice.table().rows()));
    evidence.put(
        CreateIndexConcurrently.TABLE_BYTES, Long.toString((long) (advice.table().pages() * 8192)));
    evidence.put("tableWrites", Long.toString(advice.table().writes()));
    evidence.put("indexBytes", Long.toString(advice.bytes()));
    var summary =
        "%s.%s: an index on (%s) would save %s of a statement that takes %.1f ms and %.0f%% of all time"
            .formatted(
                index.schema(),
                index.relation(),
                String.join(", ", index.columns()),
                gain,
                load.meanMs(),
                load.sharePercent());
    return new Finding(
            MissingIndex.NAME,
            Severity.WARNING,
            Target.columns(database, index.schema(), index.relation(), index.columns()),
            summary,
            evidence)
        .fixedBy(CreateIndexConcurrently.TYPE);
  }

  /** The operators of the bottleneck, for people. */
  public static String operators(Diagnosis diagnosis) {
    return diagnosis.bottleneck().operators().stream()
        .map(i -> diagnosis.plan().operators().get(i).toString())
        .collect(Collectors.joining(", "));
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
