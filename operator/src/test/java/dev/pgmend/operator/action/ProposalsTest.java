// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.action.Proposals;
import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingActionStatus.JournalEntry;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Times;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Verdict;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.healing.detect.statistics.StaleStatistics;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.operator.local.InProcessApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProposalsTest {
  private static final Instant ENDED = Instant.parse("2026-03-04T12:00:00Z");
  private static final Duration MONTH = Duration.ofDays(29);

  private static final Finding STALE =
      new Finding(
              StaleStatistics.NAME,
              Severity.WARNING,
              Target.table("shop", "public", "orders"),
              "orders was never analysed",
              Map.of())
          .fixedBy("Analyze");

  private static final ClusterIdentity SHOP = new ClusterIdentity("default", "shop", "uid-of-shop");

  private InProcessApi api;
  private KubernetesClient client;

  @BeforeEach
  void startApi() {
    api = InProcessApi.start();
    client = api.client();
  }

  @AfterEach
  void stopApi() {
    client.close();
    api.close();
  }

  @ParameterizedTest
  @EnumSource
  void proposesAgainUnlessTheRecordPreventsIt(HealingPhase phase) {
    var first = propose(ENDED).orElseThrow();
    change(first, status -> status.phase(phase));

    var next = propose(ENDED.plus(MONTH));

    switch (phase) {
      case Succeeded, Expired, Superseded, Failed ->
          assertThat(next).hasValue(HealingActionNames.next(first));
      case Proposed,
          AwaitingApproval,
          Scheduled,
          Running,
          Verifying,
          RollingBack,
          RolledBack,
          Cancelled ->
          assertThat(next).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HealingPhase.class,
      names = {"Succeeded", "Expired", "Superseded"})
  void proposesAtOnceIfTheFindingCameBack(HealingPhase phase) {
    change(propose(ENDED).orElseThrow(), status -> status.phase(phase));

    assertThat(propose(ENDED.plusSeconds(1))).isPresent();
  }

  @Test
  void doublesThePauseAfterEachFailure() {
    var name = propose(ENDED);
    for (var days : List.of(1, 2, 4, 8, 16, 16)) {
      change(name.orElseThrow(), status -> status.phase(HealingPhase.Failed));

      assertThat(propose(ENDED.plus(Duration.ofDays(days)))).as("after %d days", days).isEmpty();
      name = propose(ENDED.plus(Duration.ofDays(days)).plusSeconds(1));
      assertThat(name).as("after %d days and a second", days).isPresent();
    }
  }

  @Test
  void doesNotProposeAgainWhatDidHarm() {
    var name = propose(ENDED).orElseThrow();
    change(
        name,
        status ->
            status
                .phase(HealingPhase.Failed)
                .verdict(new Verdict(-40, -50, -30, Decision.Regressed, "slower")));
    assertThat(propose(ENDED.plus(MONTH))).isEmpty();

    change(
        name,
        status ->
            status
                .verdict(new Verdict(null, null, null, Decision.NotEnoughTraffic, "no traffic"))
                .journal(
                    List.of(
                        new JournalEntry(
                            1, 0, JournalEvent.Undoing, "x", ENDED.toString(), Map.of()))));
    assertThat(propose(ENDED.plus(MONTH))).isEmpty();

    change(name, status -> status.journal(List.of()));
    assertThat(propose(ENDED.plus(MONTH))).isPresent();
  }

  /** Returns the name of the record that this made, if it made one. */
  private Optional<String> propose(Instant now) {
    var before = records();
    new Proposals(client, InstantSource.fixed(now))
        .propose(SHOP, STALE, Repairs.planFor(STALE).orElseThrow(), before);
    var known = before.stream().map(record -> record.getMetadata().getName()).toList();
    return records().stream()
        .map(record -> record.getMetadata().getName())
        .filter(name -> !known.contains(name))
        .findFirst();
  }

  /** Of a record that ended then. */
  private void change(String name, UnaryOperator<HealingActionStatus.Builder> change) {
    var record =
        client.resources(HealingAction.class).inNamespace(SHOP.namespace()).withName(name).get();
    var status =
        record.getStatus() == null
            ? HealingActionStatus.builder()
                .times(Times.NONE.entered(HealingPhase.Failed, ENDED.toString()))
            : record.getStatus().toBuilder();
    record.setStatus(change.apply(status).build());
    client.resource(record).updateStatus();
  }

  private List<HealingAction> records() {
    return client.resources(HealingAction.class).inNamespace(SHOP.namespace()).list().getItems();
  }
}
