// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.status;

import static dev.pgmend.operator.testing.ActionBuilder.action;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

// The registry is the one that Quarkus brings, however old it is.
@SuppressWarnings("deprecation")
class MetricsTest {
  private static final Path DOCUMENTATION = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| ([^|]*) \\|");
  private static final Pattern WORD = Pattern.compile("\\w+");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(pgmend_\\w+)\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Metrics metrics = new Metrics(registry);

  @Test
  void namesAndLabelsAreThoseThatTheDocumentationLists() throws IOException {
    metrics.inspected("default", "shop", List.of(finding(Severity.WARNING)), Duration.ofSeconds(1));
    metrics.entered(action().build(), HealingPhase.Scheduled);

    assertThat(exposed()).isEqualTo(documented());
  }

  @Test
  void findingsAreCountedBySeverityNoneOfThemLeftOut() {
    metrics.inspected(
        "default",
        "shop",
        List.of(finding(Severity.WARNING), finding(Severity.WARNING), finding(Severity.INFO)),
        Duration.ofSeconds(1));

    assertThat(scrape())
        .contains(
            "pgmend_findings{cluster=\"shop\",namespace=\"default\",severity=\"critical\"} 0.0",
            "pgmend_findings{cluster=\"shop\",namespace=\"default\",severity=\"warning\"} 2.0",
            "pgmend_findings{cluster=\"shop\",namespace=\"default\",severity=\"info\"} 1.0",
            "pgmend_health_score{cluster=\"shop\",namespace=\"default\"} 84.0");
  }

  @Test
  void theNextInspectionTakesThePlaceOfTheLast() {
    metrics.inspected(
        "default", "shop", List.of(finding(Severity.CRITICAL)), Duration.ofSeconds(1));
    metrics.inspected("default", "shop", List.of(), Duration.ofSeconds(1));

    assertThat(scrape())
        .contains(
            "pgmend_findings{cluster=\"shop\",namespace=\"default\",severity=\"critical\"} 0.0",
            "pgmend_health_score{cluster=\"shop\",namespace=\"default\"} 100.0",
            "pgmend_inspection_seconds_count{cluster=\"shop\",namespace=\"default\"} 2");
  }

  @Test
  void clustersOfOneNameInTwoNamespacesAreTwo() {
    metrics.inspected("a", "shop", List.of(finding(Severity.CRITICAL)), Duration.ofSeconds(1));
    metrics.inspected("b", "shop", List.of(), Duration.ofSeconds(1));

    assertThat(scrape())
        .contains(
            "pgmend_health_score{cluster=\"shop\",namespace=\"a\"} 70.0",
            "pgmend_health_score{cluster=\"shop\",namespace=\"b\"} 100.0");
  }

  @Test
  void aForgottenClusterLeavesNoRowAndTheOthersTheirs() {
    metrics.inspected("default", "shop", List.of(finding(Severity.INFO)), Duration.ofSeconds(1));
    metrics.inspected("default", "billing", List.of(), Duration.ofSeconds(1));
    metrics.entered(action().build(), HealingPhase.Scheduled);

    metrics.forget("default", "shop");

    assertThat(scrape())
        .doesNotContain("cluster=\"shop\"")
        .contains(
            "pgmend_health_score{cluster=\"billing\",namespace=\"default\"} 100.0",
            "pgmend_inspection_seconds_count{cluster=\"billing\",namespace=\"default\"} 1");
  }

  @Test
  void aPhaseIsCountedEachTimeAnActionEntersIt() {
    metrics.entered(action().build(), HealingPhase.Scheduled);
    metrics.entered(action().build(), HealingPhase.Scheduled);
    metrics.entered(action().build(), HealingPhase.Running);

    assertThat(scrape())
        .contains(
            "pgmend_action_phases_total{cluster=\"shop\",namespace=\"default\",phase=\"Scheduled\",type=\"Analyze\"} 2.0",
            "pgmend_action_phases_total{cluster=\"shop\",namespace=\"default\",phase=\"Running\",type=\"Analyze\"} 1.0");
  }

  private String scrape() {
    // This client ends a list of labels with a comma, others do not.
    return registry.scrape().replace(",}", "}");
  }

  private Map<String, Set<String>> exposed() {
    return SAMPLE
        .matcher(scrape())
        .results()
        .collect(
            Collectors.toMap(
                // A timer is shown as several numbers.
                sample -> sample.group(1).replaceFirst("_seconds_(count|sum|max)$", "_seconds"),
                sample -> words(LABEL, sample.group(2)),
                (a, _) -> a,
                TreeMap::new));
  }

  private static Map<String, Set<String>> documented() throws IOException {
    return ROW.matcher(Files.readString(DOCUMENTATION))
        .results()
        .collect(
            Collectors.toMap(
                row -> row.group(1), row -> words(WORD, row.group(2)), (a, _) -> a, TreeMap::new));
  }

  private static Set<String> words(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(word -> word.groupCount() == 0 ? word.group() : word.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Finding finding(Severity severity) {
    return new Finding(
        "IndexBloat",
        severity,
        Target.index("shop", "public", "orders", "orders_idx"),
        "orders_idx is bloated",
        Map.of());
  }
}
