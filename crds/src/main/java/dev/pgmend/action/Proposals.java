package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.api.v1alpha1.Labels;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.repair.RepairPlan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
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

/** Makes HealingActions of findings, each once. */
public final class Proposals {
  /** {@code x}, {@code x-2}, {@code x-10}: the shorter name has the smaller number. */
  private static final Comparator<HealingAction> BY_NUMBER =
      Comparator.comparingInt((HealingAction a) -> a.getMetadata().getName().length())
          .thenComparing(a -> a.getMetadata().getName());

  private static final int LONGEST_LABEL = 63;

  /** After a failure; after each further one it is twice as long. */
  private static final Duration PAUSE = Duration.ofDays(1);

  private static final int MOST_DOUBLINGS = 4;

  private final KubernetesClient client;
  private final InstantSource clock;

  public Proposals(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Proposes a repair unless the same stands already.
   *
   * @param existing the cluster's actions
   */
  public void propose(
      ClusterIdentity cluster,
      Finding finding,
      RepairPlan plan,
      Collection<HealingAction> existing) {
    var spec = ActionSpecs.of(cluster.name(), finding, plan);
    var first = HealingActionNames.of(spec);
    var name = first;
    var failures = 0;
    for (var earlier : existing.stream().filter(a -> isOf(a, first)).sorted(BY_NUMBER).toList()) {
      var status = statusOf(earlier);
      failures += status.phaseOrDefault() == HealingPhase.Failed ? 1 : 0;
      if (!mayComeBack(status, failures)) {
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
   * A finding that went away and came back is a new case. What could not be done may be possible
   * another day: a disk has room, a right was granted, a report no longer holds vacuum back. What
   * was forbidden or taken back is not tried again while its record stands: a user deletes it.
   *
   * @param failures of this repair, up to this record
   */
  private boolean mayComeBack(HealingActionStatus status, int failures) {
    return switch (status.phaseOrDefault()) {
      case Succeeded, Expired, Superseded -> true;
      case Failed -> !didHarm(status) && hasRested(status, failures);
      case Proposed,
          AwaitingApproval,
          Scheduled,
          Running,
          Verifying,
          RollingBack,
          RolledBack,
          Cancelled ->
          false;
    };
  }

  /** One without a status was just made. */
  private static HealingActionStatus statusOf(HealingAction action) {
    return Objects.requireNonNullElseGet(
        action.getStatus(), () -> HealingActionStatus.builder().build());
  }

  /** Or was to be taken back, and could not be. */
  private static boolean didHarm(HealingActionStatus status) {
    return (status.verdict() != null && status.verdict().decision() == Decision.Regressed)
        || status.journal().stream().anyMatch(entry -> entry.event() == JournalEvent.Undoing);
  }

  private boolean hasRested(HealingActionStatus status, int failures) {
    var ended = status.timesOrDefault().endedAt();
    var pause = PAUSE.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return ended != null && clock.instant().isAfter(Instant.parse(ended).plus(pause));
  }

  private void create(ClusterIdentity cluster, String name, HealingActionSpec spec) {
    var action = new HealingAction();
    action.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(cluster.namespace())
            .withLabels(
                cluster.name().length() <= LONGEST_LABEL
                    ? Map.of(Labels.CLUSTER, cluster.name())
                    : Map.of())
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(HasMetadata.getApiVersion(PgCluster.class))
                    .withKind(HasMetadata.getKind(PgCluster.class))
                    .withName(cluster.name())
                    .withUid(cluster.uid())
                    .build())
            .build());
    action.setSpec(spec);
    try {
      client.resource(action).create();
    } catch (KubernetesClientException e) {
      // The cache lags behind: someone, most likely we ourselves, has just made it.
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }
}
