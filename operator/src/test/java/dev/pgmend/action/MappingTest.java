// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.verify.Measurement;
import dev.pgmend.healing.verify.Verdict;
import dev.pgmend.operator.action.Facts;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MappingTest {
  private static final Instant AT = Instant.parse("2026-03-04T12:00:00.123456789Z");
  private static final HealingActionSpec.ClusterRef SHOP =
      new HealingActionSpec.ClusterRef("shop", "uid-of-shop");
  private static final KubernetesSerialization CLIENT = new KubernetesSerialization();

  @ParameterizedTest
  @MethodSource("findings")
  void findingSurvivesTheApiServer(Finding finding) {
    var plan = plan(finding);
    var spec = throughTheApiServer(SpecMapping.of(SHOP, finding, plan));

    assertThat(SpecMapping.finding(spec)).isEqualTo(finding);
    assertThat(spec.clusterRef()).isEqualTo(SHOP);
    assertThat(spec.type()).isEqualTo(plan.type());
    assertThat(spec.approval()).isNull();
  }

  @ParameterizedTest
  @MethodSource("findings")
  void recordLeadsToTheSamePlan(Finding finding) {
    var spec = throughTheApiServer(SpecMapping.of(SHOP, finding, plan(finding)));
    var again = plan(SpecMapping.finding(spec));

    assertThat(SpecMapping.sameWork(spec, again)).isTrue();
    assertThat(again.diskBytes()).isEqualTo(plan(finding).diskBytes());
  }

  @Test
  void otherStatementsUndoOrTargetAreOtherWork() {
    var finding = findings().toList().getFirst();
    var plan = plan(finding);
    var spec = SpecMapping.of(SHOP, finding, plan);

    assertThat(SpecMapping.sameWork(spec, plan)).isTrue();
    assertThat(SpecMapping.sameWork(with(spec, List.of("DROP TABLE orders"), spec.undo()), plan))
        .isFalse();
    assertThat(SpecMapping.sameWork(with(spec, spec.statements(), List.of("SELECT 1")), plan))
        .isFalse();
    var elsewhere =
        new Finding(
            finding.detector(),
            finding.severity(),
            Target.index("other", "public", "orders", "orders_idx"),
            finding.summary(),
            finding.evidence(),
            finding.repair());
    assertThat(SpecMapping.sameWork(spec, plan(elsewhere))).isFalse();
  }

  @Test
  void emptyTextsAreLeftOut() {
    var finding =
        new Finding(
                "StaleStatistics",
                Severity.WARNING,
                Target.table("shop", "public", "orders"),
                "never analysed",
                Map.of("lastAnalyze", "", "liveRows", "10000"))
            .fixedBy("Analyze");

    var spec = SpecMapping.of(SHOP, finding, plan(finding));

    assertThat(spec.finding().evidence()).containsExactly(Map.entry("liveRows", "10000"));
    assertThat(spec.target().index()).isNull();
    assertThat(json(spec)).doesNotContain("null");
  }

  @Test
  void recordWithoutFindingOrTargetLeadsToNoPlan() {
    var spec =
        new HealingActionSpec(
            HealingActionSpec.ClusterRef.named("shop"),
            "Analyze",
            null,
            null,
            List.of(),
            List.of(),
            null,
            null,
            null);

    var finding = SpecMapping.finding(spec);

    assertThat(finding.target()).isEqualTo(Target.server());
    assertThat(Repairs.planFor(finding)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"INFO, Info", "WARNING, Warning", "CRITICAL, Critical"})
  void severitiesAreMapped(Severity ours, dev.pgmend.api.v1alpha1.Severity theirs) {
    assertThat(SpecMapping.severity(ours)).isEqualTo(theirs);
  }

  @ParameterizedTest
  @EnumSource
  void journalEntrySurvivesTheApiServer(JournalEntry.Event event) {
    var entry =
        new JournalEntry(3, 1, event, "DROP INDEX i", AT, Map.of("mark", "16385", "pid", "4711"));

    assertThat(StatusMapping.entry(throughTheApiServer(StatusMapping.entry(entry))))
        .isEqualTo(entry);
  }

  @Test
  void journalEntryWithoutStatementOrDetailsSurvives() {
    var entry = new JournalEntry(1, 0, JournalEntry.Event.DONE, "", AT, Map.of());

    assertThat(StatusMapping.entry(throughTheApiServer(StatusMapping.entry(entry))))
        .isEqualTo(entry);
  }

  @Test
  void emptyDetailOfAJournalEntryIsLeftOut() {
    var entry =
        StatusMapping.entry(
            new JournalEntry(
                1, 0, JournalEntry.Event.FAILED, "x", AT, Map.of("why", "", "state", "55P03")));

    assertThat(entry.details()).containsExactly(Map.entry("state", "55P03"));
    assertThat(json(entry)).doesNotContain("null");
  }

  @Test
  void gainIsPositiveInTheRecord() {
    var verdict =
        StatusMapping.verdict(new Verdict(Verdict.Decision.IMPROVED, 30.04, 17.0, 42.26, "faster"));

    assertThat(verdict)
        .isEqualTo(new HealingActionStatus.Verdict(30, 17, 42, Decision.Improved, "faster"));
  }

  @Test
  void lossIsNegativeInTheRecord() {
    var verdict =
        StatusMapping.verdict(
            new Verdict(Verdict.Decision.REGRESSED, -25.0, -40.0, -10.0, "slower"));

    assertThat(verdict)
        .isEqualTo(new HealingActionStatus.Verdict(-25, -40, -10, Decision.Regressed, "slower"));
  }

  @Test
  void noEffectIsZero() {
    var verdict =
        StatusMapping.verdict(new Verdict(Verdict.Decision.NEUTRAL, 0, -0.01, 0.01, "same"));

    assertThat(verdict.decision()).isEqualTo(Decision.Neutral);
    assertThat(verdict.improvementPercent()).isZero();
    assertThat(verdict.lowPercent()).isLessThanOrEqualTo(verdict.highPercent());
  }

  @Test
  void verdictWithoutMeasurementHasNoNumbers() {
    assertThat(
            StatusMapping.verdict(
                new Verdict(Verdict.Decision.NOT_ENOUGH_TRAFFIC, 0, 0, 0, "too few calls")))
        .isEqualTo(
            new HealingActionStatus.Verdict(
                null, null, null, Decision.NotEnoughTraffic, "too few calls"));
  }

  @Test
  void measurementSurvivesTheApiServer() {
    var measured =
        new Measurement(
            AT,
            AT.plusSeconds(600),
            List.of(
                new Measurement.Statement(Long.MIN_VALUE, "SELECT $1", true, 4_000_000_000L, 1.25),
                new Measurement.Statement(Long.MAX_VALUE, "SELECT 2", false, 1, 0.5)),
            List.of(0.0, 0.25, -0.25),
            List.of(1.5));

    var stored =
        throughTheApiServer(
            StatusMapping.measurement(measured, Map.of(Facts.TARGET_BYTES, "8192")));

    assertThat(stored.facts()).isEqualTo(Map.of("targetBytes", "8192"));
    assertThat(StatusMapping.measurement(stored)).isEqualTo(measured);
  }

  /** One finding for each repair. */
  static Stream<Finding> findings() {
    return Stream.of(
        new Finding(
                "IndexBloat",
                Severity.WARNING,
                Target.index("shop", "public", "orders", "orders_idx"),
                "orders_idx is bloated",
                Map.of(
                    "sizeBytes", "30000000",
                    "rebuiltBytes", "10000000",
                    "savingPercent", "66",
                    "method", "pgstattuple"))
            .fixedBy("ReindexConcurrently"),
        new Finding(
                "InvalidIndex",
                Severity.WARNING,
                Target.index("shop", "Select", "say \"hi\"", "it's; drop table x --_ccnew"),
                "a leftover",
                Map.of("leftover", "true", "sizeBytes", "8192"))
            .fixedBy("DropInvalidIndex"),
        new Finding(
                "InvalidIndex",
                Severity.CRITICAL,
                Target.index("shop", "public", "日本語の表", "Übergrößenträger"),
                "a build that failed",
                Map.of("leftover", "false", "sizeBytes", "8192"))
            .fixedBy("ReindexConcurrently"),
        new Finding(
                "StaleStatistics",
                Severity.WARNING,
                Target.table("shop", "public", "orders"),
                "never analysed",
                Map.of("liveRows", "10000"))
            .fixedBy("Analyze"),
        new Finding(
                "MissingForeignKeyIndex",
                Severity.WARNING,
                Target.columns("shop", "public", "orders", List.of("customer_id", "Region")),
                "no index",
                Map.of("tableRows", "10000"))
            .fixedBy("CreateIndexConcurrently"));
  }

  private static RepairPlan plan(Finding finding) {
    return Repairs.planFor(finding).orElseThrow();
  }

  private static HealingActionSpec with(
      HealingActionSpec spec, List<String> statements, List<String> undo) {
    return new HealingActionSpec(
        spec.clusterRef(),
        spec.type(),
        spec.target(),
        spec.finding(),
        statements,
        undo,
        spec.expected(),
        spec.risk(),
        spec.approval());
  }

  /** What is left of a value once the client has written it and read it again. */
  @SuppressWarnings("unchecked")
  private static <T> T throughTheApiServer(T value) {
    return (T) CLIENT.unmarshal(json(value), value.getClass());
  }

  private static String json(Object value) {
    return CLIENT.asJson(value);
  }
}
