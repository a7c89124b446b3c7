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

class ApiMappingTest {
  private static final Instant AT = Instant.parse("2026-03-04T12:00:00.123456789Z");
  private static final KubernetesSerialization CLIENT = new KubernetesSerialization();

  @ParameterizedTest
  @MethodSource("findings")
  void aFindingComesBackFromTheRecordAsItWasOnceItWentThroughTheApiServer(Finding finding) {
    var plan = plan(finding);
    var spec = throughTheApiServer(ActionSpecs.of("shop", finding, plan));

    assertThat(ActionSpecs.finding(spec)).isEqualTo(finding);
    assertThat(spec.clusterRef().name()).isEqualTo("shop");
    assertThat(spec.type()).isEqualTo(plan.type());
    assertThat(spec.approved()).isNull();
  }

  @ParameterizedTest
  @MethodSource("findings")
  void theSamePlanIsMadeFromTheRecord(Finding finding) {
    var spec = throughTheApiServer(ActionSpecs.of("shop", finding, plan(finding)));
    var again = plan(ActionSpecs.finding(spec));

    assertThat(ActionSpecs.sameWork(spec, again)).isTrue();
    assertThat(again.diskBytes()).isEqualTo(plan(finding).diskBytes());
  }

  @Test
  void aRecordWithOtherStatementsUndoOrTargetIsNotTheSameWork() {
    var finding = findings().toList().getFirst();
    var plan = plan(finding);
    var spec = ActionSpecs.of("shop", finding, plan);

    assertThat(ActionSpecs.sameWork(spec, plan)).isTrue();
    assertThat(ActionSpecs.sameWork(with(spec, List.of("DROP TABLE orders"), spec.undo()), plan))
        .isFalse();
    assertThat(ActionSpecs.sameWork(with(spec, spec.statements(), List.of("SELECT 1")), plan))
        .isFalse();
    var elsewhere =
        new Finding(
            finding.detector(),
            finding.severity(),
            Target.index("other", "public", "orders", "orders_idx"),
            finding.summary(),
            finding.evidence());
    assertThat(ActionSpecs.sameWork(spec, plan(elsewhere))).isFalse();
  }

  @Test
  void whatIsEmptyIsLeftOutSinceTheClientWouldWriteItAsNull() {
    var finding =
        new Finding(
            "StaleStatistics",
            Severity.WARNING,
            Target.table("shop", "public", "orders"),
            "never analysed",
            Map.of("lastAnalyze", "", "liveRows", "10000"));

    var spec = ActionSpecs.of("shop", finding, plan(finding));

    assertThat(spec.finding().evidence()).containsExactly(Map.entry("liveRows", "10000"));
    assertThat(spec.target().index()).isNull();
    assertThat(json(spec)).doesNotContain("null");
  }

  @Test
  void aRecordWithoutFindingOrTargetIsReadAsOneAboutNothing() {
    var spec =
        new HealingActionSpec(
            new HealingActionSpec.ClusterRef("shop"),
            "Analyze",
            null,
            null,
            List.of(),
            List.of(),
            null,
            null,
            null);

    var finding = ActionSpecs.finding(spec);

    assertThat(finding.target()).isEqualTo(Target.server());
    assertThat(Repairs.planFor(finding)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"INFO, Info", "WARNING, Warning", "CRITICAL, Critical"})
  void severitiesKeepTheirMeaning(Severity ours, dev.pgmend.api.v1alpha1.Severity theirs) {
    assertThat(ActionSpecs.severity(ours)).isEqualTo(theirs);
  }

  @ParameterizedTest
  @EnumSource
  void aJournalEntryComesBackAsItWas(JournalEntry.Event event) {
    var entry =
        new JournalEntry(3, 1, event, "DROP INDEX i", AT, Map.of("mark", "16385", "pid", "4711"));

    assertThat(ApiMapping.entry(throughTheApiServer(ApiMapping.entry(entry)))).isEqualTo(entry);
  }

  @Test
  void aJournalEntryWithoutStatementOrDetailsComesBackAsItWas() {
    var entry = new JournalEntry(1, 0, JournalEntry.Event.DONE, "", AT, Map.of());

    assertThat(ApiMapping.entry(throughTheApiServer(ApiMapping.entry(entry)))).isEqualTo(entry);
  }

  @Test
  void anEmptyDetailOfAJournalEntryIsLeftOut() {
    var entry =
        ApiMapping.entry(
            new JournalEntry(
                1, 0, JournalEntry.Event.FAILED, "x", AT, Map.of("why", "", "state", "55P03")));

    assertThat(entry.details()).containsExactly(Map.entry("state", "55P03"));
    assertThat(json(entry)).doesNotContain("null");
  }

  @Test
  void aGainIsPositiveInTheRecordAndTheIntervalTurnsRound() {
    // The engine tells the change of the time: less is faster.
    var verdict =
        ApiMapping.verdict(new Verdict(Verdict.Decision.IMPROVED, -30.04, -42.26, -17.0, "faster"));

    assertThat(verdict)
        .isEqualTo(new HealingActionStatus.Verdict(30.0, 17.0, 42.3, Decision.Improved, "faster"));
  }

  @Test
  void aLossIsNegativeInTheRecord() {
    var verdict =
        ApiMapping.verdict(new Verdict(Verdict.Decision.REGRESSED, 25.0, 10.0, 40.0, "slower"));

    assertThat(verdict)
        .isEqualTo(
            new HealingActionStatus.Verdict(-25.0, -40.0, -10.0, Decision.Regressed, "slower"));
  }

  @Test
  void noEffectIsZeroWithoutASign() {
    var verdict = ApiMapping.verdict(new Verdict(Verdict.Decision.NEUTRAL, 0, -0.01, 0.01, "same"));

    assertThat(verdict.decision()).isEqualTo(Decision.Neutral);
    assertThat(String.valueOf(verdict.effectPercent())).isEqualTo("0.0");
    assertThat(verdict.low()).isLessThanOrEqualTo(verdict.high());
  }

  @Test
  void whereNothingWasMeasuredThereAreNoNumbers() {
    assertThat(
            ApiMapping.verdict(
                new Verdict(Verdict.Decision.NOT_ENOUGH_TRAFFIC, 0, 0, 0, "too few calls")))
        .isEqualTo(
            new HealingActionStatus.Verdict(
                null, null, null, Decision.NotEnoughTraffic, "too few calls"));
  }

  @Test
  void aMeasurementComesBackAsItWas() {
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
        throughTheApiServer(ApiMapping.measurement(measured, Map.of(Facts.TARGET_BYTES, "8192")));

    assertThat(stored.facts()).isEqualTo(Map.of("targetBytes", "8192"));
    assertThat(ApiMapping.measurement(stored)).isEqualTo(measured);
  }

  @Test
  void onlyTheWorstAreNamedAndNothingThatIsMerelyGoodToKnow() {
    var findings =
        List.of(
            finding("a", Severity.CRITICAL),
            finding("b", Severity.WARNING),
            finding("c", Severity.WARNING),
            finding("d", Severity.INFO));

    assertThat(ApiMapping.worst(findings, 2))
        .extracting(Finding::detector)
        .containsExactly("a", "b");
    assertThat(ApiMapping.worst(findings, 9))
        .extracting(Finding::detector)
        .containsExactly("a", "b", "c");
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
                "method", "pgstattuple")),
        new Finding(
            "InvalidIndex",
            Severity.WARNING,
            Target.index("shop", "Select", "say \"hi\"", "it's; drop table x --_ccnew"),
            "a leftover",
            Map.of("leftover", "true", "sizeBytes", "8192")),
        new Finding(
            "InvalidIndex",
            Severity.CRITICAL,
            Target.index("shop", "public", "日本語の表", "Übergrößenträger"),
            "a build that failed",
            Map.of("leftover", "false", "sizeBytes", "8192")),
        new Finding(
            "StaleStatistics",
            Severity.WARNING,
            Target.table("shop", "public", "orders"),
            "never analysed",
            Map.of("liveRows", "10000")),
        new Finding(
            "MissingForeignKeyIndex",
            Severity.WARNING,
            Target.columns("shop", "public", "orders", List.of("customer_id", "Region")),
            "no index",
            Map.of("tableRows", "10000")));
  }

  private static RepairPlan plan(Finding finding) {
    return Repairs.planFor(finding).orElseThrow();
  }

  private static Finding finding(String detector, Severity severity) {
    return new Finding(detector, severity, Target.database("shop"), "summary", Map.of());
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
        spec.approved());
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
