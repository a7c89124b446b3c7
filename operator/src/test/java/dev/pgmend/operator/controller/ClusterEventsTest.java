// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.status.Events;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterEventsTest {
  private final PgCluster cluster = new PgCluster();
  private InProcessApi api;
  private KubernetesClient client;
  private ClusterEvents events;

  @BeforeEach
  void startApi() {
    api = InProcessApi.start();
    client = api.client();
    events = new ClusterEvents(new Events(client, Clock.systemUTC()));
    cluster.setMetadata(new ObjectMetaBuilder().withName("shop").withNamespace("default").build());
  }

  @AfterEach
  void stopApi() {
    client.close();
    api.close();
  }

  @Test
  void reportsNewFindings() {
    events.findings(cluster, List.of(), List.of(finding("a", Severity.WARNING)));

    assertThat(reasons()).containsExactly("FindingOpened");
    assertThat(published().getFirst().getType()).isEqualTo("Warning");
    assertThat(published().getFirst().getMessage()).contains("StaleStatistics", "public.a");
  }

  @Test
  void reportsFindingsThatBecameCritical() {
    events.findings(
        cluster, List.of(finding("a", Severity.WARNING)), List.of(finding("a", Severity.CRITICAL)));

    assertThat(reasons()).containsExactly("FindingEscalated");
  }

  @Test
  void reportsResolvedFindings() {
    events.findings(
        cluster,
        List.of(finding("a", Severity.WARNING), finding("b", Severity.CRITICAL)),
        List.of(finding("b", Severity.INFO)));

    assertThat(reasons()).containsExactly("FindingResolved", "FindingResolved");
    assertThat(published()).extracting(Event::getType).containsOnly("Normal");
  }

  @Test
  void reportsNeitherOpenFindingsAgainNorInfoFindings() {
    var open = List.of(finding("a", Severity.WARNING), finding("b", Severity.INFO));

    events.findings(cluster, open, open);
    events.findings(cluster, List.of(), List.of(finding("c", Severity.INFO)));

    assertThat(published()).isEmpty();
  }

  @Test
  void limitsTheEventsOfOneInspectionAndCountsTheRest() {
    var many = IntStream.range(0, 14).mapToObj(i -> finding("t" + i, Severity.WARNING)).toList();

    events.findings(cluster, List.of(), many);

    assertThat(reasons()).hasSize(11).containsOnlyOnce("MoreFindings");
    assertThat(published())
        .filteredOn(event -> event.getReason().equals("MoreFindings"))
        .singleElement()
        .satisfies(event -> assertThat(event.getMessage()).startsWith("4 more findings"));
  }

  private List<String> reasons() {
    return published().stream().map(Event::getReason).toList();
  }

  private List<Event> published() {
    return client.v1().events().inNamespace("default").list().getItems();
  }

  private static Finding finding(String table, Severity severity) {
    return new Finding(
        "StaleStatistics",
        severity,
        Target.table("shop", "public", table),
        "never analyzed",
        Map.of());
  }
}
