package dev.pgmend.learner.app;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.Labels;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.detect.Finding;
import dev.pgmend.healing.repair.RepairPlan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes HealingActions of findings, each once. */
public final class Proposals {
  /** {@code x}, {@code x-2}, {@code x-10}: the shorter name has the smaller number. */
  private static final Comparator<HealingAction> BY_NUMBER =
      Comparator.comparingInt((HealingAction a) -> a.getMetadata().getName().length())
          .thenComparing(a -> a.getMetadata().getName());

  private static final int LONGEST_LABEL = 63;

  private final KubernetesClient client;

  public Proposals(KubernetesClient client) {
    this.client = client;
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
    for (var earlier : existing.stream().filter(a -> isOf(a, first)).sorted(BY_NUMBER).toList()) {
      if (!mayComeBack(earlier)) {
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
   * A finding that went away and came back is a new case. One that a repair could not mend, or that
   * was forbidden or taken back, is not tried again while its record stands: a user deletes it.
   */
  private static boolean mayComeBack(HealingAction action) {
    var status = action.getStatus();
    return switch (status == null ? HealingPhase.Proposed : status.phaseOrDefault()) {
      case Succeeded, Expired, Superseded -> true;
      case Proposed,
          AwaitingApproval,
          Scheduled,
          Running,
          Verifying,
          RollingBack,
          RolledBack,
          Failed,
          Cancelled ->
          false;
    };
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
