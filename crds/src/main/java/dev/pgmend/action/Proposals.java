// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.api.v1alpha1.Labels;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.repair.RepairPlan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Creates HealingActions for findings, each once. */
public final class Proposals {
  /** {@code x}, {@code x-2}, {@code x-10}: the shorter name has the smaller number. */
  private static final Comparator<HealingAction> BY_NUMBER =
      Comparator.comparingInt((HealingAction a) -> a.getMetadata().getName().length())
          .thenComparing(a -> a.getMetadata().getName());

  private static final int MAX_LABEL_LENGTH = 63;

  /** After a failure. It doubles after each further failure. */
  private static final Duration PAUSE = Duration.ofDays(1);

  private static final int MAX_DOUBLINGS = 4;

  private final KubernetesClient client;
  private final InstantSource clock;

  public Proposals(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Proposes a repair, unless a record of the same repair prevents it.
   *
   * @param existing the cluster's actions
   */
  public void propose(
      ClusterIdentity cluster,
      Finding finding,
      RepairPlan plan,
      Collection<HealingAction> existing) {
    var spec = SpecMapping.of(cluster.reference(), finding, plan);
    var first = HealingActionNames.of(spec);
    var name = first;
    var failures = 0;
    for (var earlier : existing.stream().filter(a -> isOf(a, first)).sorted(BY_NUMBER).toList()) {
      var status = statusOf(earlier);
      failures += status.phaseOrDefault() == HealingPhase.Failed ? 1 : 0;
      if (!canComeBack(status, failures) || endedWithThis(cluster, earlier, status)) {
        return;
      }
      name = HealingActionNames.next(earlier.getMetadata().getName());
    }
    create(cluster, name, spec);
  }

  private static boolean isOf(HealingAction action, String first) {
    var name = action.getMetadata().getName();
    return name.equals(first) || name.matches(Pattern.quote(first) + "-[0-9]+");
  }

  /**
   * A finding that went away and came back is a new case. What failed can succeed another day: the
   * disk has room, a privilege was granted, an old transaction ended. What was denied or rolled
   * back is not proposed again while its record exists. What ended with its PgCluster is.
   *
   * @param failures of this repair, up to this record
   */
  private boolean canComeBack(HealingActionStatus status, int failures) {
    return switch (status.phaseOrDefault()) {
      case Succeeded, Expired, Superseded -> true;
      case Failed -> endedWithCluster(status) || (!didHarm(status) && hasRested(status, failures));
      case Cancelled -> endedWithCluster(status);
      case Proposed, AwaitingApproval, Scheduled, Running, Verifying, RollingBack, RolledBack ->
          false;
    };
  }

  /**
   * Whether it ended because this very PgCluster was deleted: an inspection that was still running
   * proposes nothing more for it.
   */
  private static boolean endedWithThis(
      ClusterIdentity cluster, HealingAction earlier, HealingActionStatus status) {
    return endedWithCluster(status) && cluster.uid().equals(earlier.getSpec().clusterRef().uid());
  }

  private static boolean endedWithCluster(HealingActionStatus status) {
    return Reasons.CLUSTER_DELETED.equals(status.reason());
  }

  /** An action without a status was just created. */
  private static HealingActionStatus statusOf(HealingAction action) {
    return Objects.requireNonNullElseGet(
        action.getStatus(), () -> HealingActionStatus.builder().build());
  }

  /** Or was to be undone, and could not be. */
  private static boolean didHarm(HealingActionStatus status) {
    return (status.verdict() != null && status.verdict().decision() == Decision.Regressed)
        || status.journal().stream().anyMatch(entry -> entry.event() == JournalEvent.Undoing);
  }

  private boolean hasRested(HealingActionStatus status, int failures) {
    var ended = status.timesOrDefault().endedAt();
    var pause = PAUSE.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    return ended != null && clock.instant().isAfter(Instant.parse(ended).plus(pause));
  }

  private void create(ClusterIdentity cluster, String name, HealingActionSpec spec) {
    var action = new HealingAction();
    action.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(cluster.namespace())
            .withLabels(
                cluster.name().length() <= MAX_LABEL_LENGTH
                    ? Map.of(Labels.CLUSTER, cluster.name())
                    : Map.of())
            // No owner reference: records outlive their PgCluster until their retention ends.
            .build());
    action.setSpec(spec);
    try {
      client.resource(action).create();
    } catch (KubernetesClientException e) {
      // The cache is behind the API server: the action was just created.
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }
}
