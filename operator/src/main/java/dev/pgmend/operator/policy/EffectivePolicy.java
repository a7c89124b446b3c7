// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.policy;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Selector;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.detect.SettingPolicy;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.postgres.Machine;
import dev.pgmend.healing.repair.Repairs;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The policy that applies to one cluster: of those that select it, the one with the highest
 * priority, then the first by name. A Never in any of them stays Never.
 *
 * @param name of the policy, or why there is none
 * @param never types that any selecting policy forbids
 * @param machine of the server, as the cluster's spec declares it
 */
public record EffectivePolicy(
    String name, TuningPolicySpec spec, Set<String> never, Machine machine) {
  private static final TuningPolicySpec RECOMMEND_ONLY = TuningPolicySpec.of(Selector.ALL);

  private static final Comparator<TuningPolicy> BY_PRIORITY =
      Comparator.comparingInt((TuningPolicy policy) -> policy.getSpec().priorityOrDefault())
          .reversed()
          .thenComparing(policy -> policy.getMetadata().getName());

  /** For a cluster of whose machine nothing is declared. */
  public EffectivePolicy(String name, TuningPolicySpec spec, Set<String> never) {
    this(name, spec, never, Machine.UNKNOWN);
  }

  public EffectivePolicy {
    never = Set.copyOf(never);
  }

  /** Selects among the policies of the namespace of the cluster. */
  public static EffectivePolicy of(PgCluster cluster, Collection<TuningPolicy> policies) {
    var machine = Machines.declared(cluster.getSpec().machineOrDefault());
    var labels = cluster.getMetadata().getLabels();
    var selecting =
        policies.stream()
            .filter(p -> p.getSpec().selector().matches(labels == null ? Map.of() : labels))
            .sorted(BY_PRIORITY)
            .toList();
    if (selecting.isEmpty()) {
      return new EffectivePolicy("none: no policy selects it", RECOMMEND_ONLY, Set.of(), machine);
    }
    var first = selecting.getFirst();
    if (!PolicyCheck.problems(first.getSpec()).isEmpty()) {
      // The next policy could allow what this one is meant to forbid.
      return new EffectivePolicy(
          "none: policy " + first.getMetadata().getName() + " is not valid",
          RECOMMEND_ONLY,
          neverIn(selecting),
          machine);
    }
    return new EffectivePolicy(
        first.getMetadata().getName(), first.getSpec(), neverIn(selecting), machine);
  }

  private static Set<String> neverIn(List<TuningPolicy> policies) {
    var never = new HashSet<String>();
    for (var policy : policies) {
      never.addAll(
          policy.getSpec().actions().entrySet().stream()
              .filter(entry -> entry.getValue() == ActionMode.Never)
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet()));
    }
    return never;
  }

  /** Whether an action of this type runs automatically, only when approved, or not at all. */
  public ActionMode modeOf(String type) {
    if (never.contains(type) || spec.modeOrDefault() == PolicyMode.Observe) {
      return ActionMode.Never;
    }
    var named = spec.actions().get(type);
    if (named != null) {
      return named;
    }
    var repair = Repairs.byType().get(type);
    if (repair == null) {
      return ActionMode.Recommend;
    }
    return switch (repair.caution()) {
      case NEVER_UNLESS_NAMED -> ActionMode.Never;
      case ONLY_WHEN_NAMED -> ActionMode.Recommend;
      case ORDINARY ->
          spec.modeOrDefault() == PolicyMode.Auto ? ActionMode.Auto : ActionMode.Recommend;
    };
  }

  /** Thresholds of the policy; one with a wrong name or value keeps its default. */
  public Thresholds thresholds() {
    return Thresholds.ofValid(spec.thresholds());
  }

  /** Values and bounds that the policy sets. */
  public SettingPolicy settings() {
    var parameters = spec.parameters();
    if (parameters == null) {
      return SettingPolicy.NONE;
    }
    return new SettingPolicy(
        parameters.pinned(),
        parameters.bounds().stream()
            .collect(
                Collectors.toMap(
                    bounds -> bounds.name(),
                    bounds ->
                        new SettingPolicy.Bounds(
                            Optional.ofNullable(bounds.min()), Optional.ofNullable(bounds.max())),
                    (first, _) -> first)));
  }

  /** All that inspections of the cluster depend on. */
  public InspectionOptions inspectionOptions() {
    return new InspectionOptions(thresholds(), settings(), machine);
  }
}
