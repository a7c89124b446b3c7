package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.Labels;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.detect.Finding;
import dev.pgmend.healing.detect.Severity;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.operator.care.Actions;
import dev.pgmend.operator.care.ApiMapping;
import dev.pgmend.operator.policy.EffectivePolicy;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns findings into HealingActions, each once. */
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

  void propose(
      PgCluster cluster,
      List<Finding> findings,
      EffectivePolicy policy,
      List<HealingAction> existing) {
    var byName =
        existing.stream()
            .collect(Collectors.toMap(a -> a.getMetadata().getName(), Function.identity()));
    for (var finding : findings) {
      if (finding.severity() != Severity.INFO) {
        Repairs.planFor(finding)
            .filter(plan -> policy.modeOf(plan.type()) != ActionMode.Never)
            .ifPresent(plan -> proposeOnce(cluster, finding, plan, byName));
      }
    }
  }

  private void proposeOnce(
      PgCluster cluster, Finding finding, RepairPlan plan, Map<String, HealingAction> existing) {
    var spec = ApiMapping.spec(cluster.getMetadata().getName(), finding, plan);
    var first = HealingActionNames.of(spec);
    var name = first;
    for (var earlier :
        existing.values().stream().filter(a -> isOf(a, first)).sorted(BY_NUMBER).toList()) {
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
    return switch (Actions.phaseOf(action)) {
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

  private void create(PgCluster cluster, String name, HealingActionSpec spec) {
    var action = new HealingAction();
    var clusterName = cluster.getMetadata().getName();
    action.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(cluster.getMetadata().getNamespace())
            .withLabels(
                clusterName.length() <= LONGEST_LABEL
                    ? Map.of(Labels.CLUSTER, clusterName)
                    : Map.of())
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(cluster.getApiVersion())
                    .withKind(cluster.getKind())
                    .withName(clusterName)
                    .withUid(cluster.getMetadata().getUid())
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
