// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.FindingCounts;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.Measurement;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.testing.ActionBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunEventTest {
  private static final Finding FINDING =
      new Finding(
          "IndexBloat",
          Severity.WARNING,
          Target.index("shop", "public", "orders", "orders_idx"),
          "orders_idx is bloated",
          Map.of("sizeBytes", "8192"));

  @Test
  void startReportsTheUrlsOfMetricsAndApi() {
    assertThat(
            Json.line(
                new RunEvent.Started("http://127.0.0.1:8080/metrics", "http://127.0.0.1:8081/")))
        .isEqualTo(
            "{\"event\":\"started\",\"metrics\":\"http://127.0.0.1:8080/metrics\","
                + "\"api\":\"http://127.0.0.1:8081/\"}");
  }

  @Test
  void reportsAFindingWithAllFields() throws IOException {
    var event = json(found());

    assertThat(event.get("cluster").asText()).isEqualTo("shop");
    assertThat(event.get("state").asText()).isEqualTo("found");
    assertThat(event.get("detector").asText()).isEqualTo("IndexBloat");
    assertThat(event.get("severity").asText()).isEqualTo("warning");
    assertThat(event.get("database").asText()).isEqualTo("shop");
    assertThat(event.get("target").asText()).isEqualTo("public.orders(orders_idx)");
    assertThat(event.get("summary").asText()).isEqualTo("orders_idx is bloated");
    assertThat(event.get("evidence").get("sizeBytes").asText()).isEqualTo("8192");
  }

  @Test
  void reportsAMeasuredActionWithAllFields() throws IOException {
    var event = json(measured());

    assertThat(event.get("cluster").asText()).isEqualTo("shop");
    assertThat(event.get("type").asText()).isEqualTo("Analyze");
    assertThat(event.get("target").asText()).isEqualTo("public.orders");
    assertThat(event.get("detector").asText()).isEqualTo("StaleStatistics");
    assertThat(event.get("phase").asText()).isEqualTo("Succeeded");
    assertThat(event.get("progressPercent").isInt()).isTrue();
    assertThat(event.get("statements").get(0).asText()).startsWith("ANALYZE");
    assertThat(event.get("undo").get(0).asText()).isEqualTo("SELECT 1");
    assertThat(event.get("improvementPercent").asInt()).isEqualTo(26);
    assertThat(event.get("lowPercent").asInt()).isEqualTo(20);
    assertThat(event.get("highPercent").asInt()).isEqualTo(31);
    assertThat(event.get("decision").asText()).isEqualTo("Improved");
    assertThat(event.get("bytesBefore").asLong()).isEqualTo(4_000_000_000L);
    assertThat(event.get("bytesAfter").asLong()).isEqualTo(8192);
  }

  @Test
  void omitsUnknownFieldsOfAnAction() throws IOException {
    var action = ActionBuilder.action().build();
    action.setStatus(null);

    assertThat(fields(RunEvent.Action.of(action)))
        .containsExactlyInAnyOrder(
            "event",
            "cluster",
            "name",
            "type",
            "target",
            "detector",
            "phase",
            "statements",
            "undo");
    assertThat(json(RunEvent.Action.of(action)).get("phase").asText()).isEqualTo("Proposed");
    assertThat(json(RunEvent.Action.of(action)).get("undo")).isEmpty();
  }

  @Test
  void omitsNumbersOfAVerdictWithoutMeasurement() throws IOException {
    var action = ActionBuilder.action().in(HealingPhase.Succeeded).build();
    action.setStatus(
        action.getStatus().toBuilder()
            .verdict(
                new HealingActionStatus.Verdict(
                    null, null, null, Decision.NotEnoughTraffic, "too few calls"))
            .build());

    assertThat(fields(RunEvent.Action.of(action)))
        .contains("decision")
        .doesNotContain(
            "improvementPercent", "lowPercent", "highPercent", "bytesBefore", "bytesAfter");
  }

  @Test
  void summaryAddsFindingsAndTakesTheLowestHealth() {
    var summary =
        RunEvent.Summary.of(
            List.of(cluster(92, 0, 1), cluster(40, 2, 0), new PgCluster()),
            List.of(
                ActionBuilder.action().in(HealingPhase.Succeeded).build(),
                ActionBuilder.action().in(HealingPhase.Succeeded).build(),
                ActionBuilder.action().in(HealingPhase.Failed).build()));

    assertThat(Json.line(summary))
        .isEqualTo(
            "{\"event\":\"summary\",\"clusters\":3,\"healthScore\":40,"
                + "\"findings\":{\"critical\":2,\"info\":0,\"warning\":1},"
                + "\"actions\":{\"Failed\":1,\"Succeeded\":2}}");
  }

  static Stream<RunEvent> events() {
    return Stream.of(
        new RunEvent.Started("http://localhost/metrics", "http://127.0.0.1:8081/"),
        found(),
        measured(),
        RunEvent.Summary.of(List.of(), List.of()));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsOneLineAndItsKindComesFirst(RunEvent event) {
    assertThat(Json.line(event)).startsWith("{\"event\":\"").doesNotContain("\n");
    assertThat(event.text()).isNotBlank().doesNotContain("\n", "null");
  }

  @ParameterizedTest
  @MethodSource("events")
  void theFieldsAreThoseThatTheDocumentationLists(RunEvent event) throws IOException {
    var kind = json(event).get("event").asText();
    var row =
        Files.readString(Path.of("..", "docs", "reference", "run.md"))
            .lines()
            .filter(line -> line.startsWith("| `" + kind + "` |"))
            .findFirst()
            .orElseThrow();
    // What stands in brackets are values.
    var listed =
        Pattern.compile("`(\\w+)`")
            .matcher(row.replaceAll("\\([^)]*\\)", "").substring(row.indexOf('|', 1)))
            .results()
            .map(word -> word.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    listed.add("event");

    assertThat(fields(event)).isEqualTo(listed);
  }

  private static RunEvent found() {
    return RunEvent.FindingChange.of(new ClusterKey("default", "shop"), "found", FINDING);
  }

  private static RunEvent measured() {
    var action = ActionBuilder.action().in(HealingPhase.Succeeded).undoneBy("SELECT 1").build();
    action.setStatus(
        action.getStatus().toBuilder()
            .reason("Improved")
            .message("26% faster")
            .progressPercent(100)
            .before(bytes("4000000000"))
            .after(bytes("8192"))
            .verdict(new HealingActionStatus.Verdict(26, 20, 31, Decision.Improved, "26% faster"))
            .build());
    return RunEvent.Action.of(action);
  }

  private static Measurement bytes(String size) {
    return new Measurement(
        null, null, List.of(), List.of(), List.of(), Map.of("targetBytes", size));
  }

  private static PgCluster cluster(int health, int critical, int warning) {
    var cluster = new PgCluster();
    cluster.setStatus(
        PgClusterStatus.builder()
            .healthScore(health)
            .findingCounts(new FindingCounts(critical, warning, 0, 0))
            .build());
    return cluster;
  }

  private static JsonNode json(RunEvent event) throws IOException {
    return new ObjectMapper().readTree(Json.line(event));
  }

  private static Set<String> fields(RunEvent event) throws IOException {
    return json(event).properties().stream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
