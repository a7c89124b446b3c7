package dev.pgmend.operator.policy;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Selector;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.detect.setting.SettingDrift;
import dev.pgmend.healing.detect.setting.SettingMismatch;
import dev.pgmend.healing.repair.Repairs;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one cluster, after all policies that select it were weighed: the one with the
 * highest priority, then the first by name, rules; a Never in any of them stays Never.
 *
 * @param name of the ruling policy, or why there is none
 * @param never types that some selecting policy forbids
 */
public record EffectivePolicy(String name, TuningPolicySpec spec, Set<String> never) {
  private static final TuningPolicySpec RECOMMEND_ONLY = TuningPolicySpec.of(Selector.ALL);

  private static final Comparator<TuningPolicy> RULING_FIRST =
      Comparator.comparingInt((TuningPolicy policy) -> policy.getSpec().priorityOrDefault())
          .reversed()
          .thenComparing(policy -> policy.getMetadata().getName());

  public EffectivePolicy {
    never = Set.copyOf(never);
  }

  /** Weighs the policies of the cluster's namespace. */
  public static EffectivePolicy of(PgCluster cluster, Collection<TuningPolicy> policies) {
    var labels = cluster.getMetadata().getLabels();
    var selecting =
        policies.stream()
            .filter(p -> p.getSpec().selector().matches(labels == null ? Map.of() : labels))
            .sorted(RULING_FIRST)
            .toList();
    if (selecting.isEmpty()) {
      return new EffectivePolicy("none: no policy selects it", RECOMMEND_ONLY, Set.of());
    }
    var ruling = selecting.getFirst();
    if (!PolicyCheck.problems(ruling.getSpec()).isEmpty()) {
      // Falling through to the next policy might allow what this one meant to forbid.
      return new EffectivePolicy(
          "none: policy " + ruling.getMetadata().getName() + " is not valid",
          RECOMMEND_ONLY,
          neverIn(selecting));
    }
    return new EffectivePolicy(
        ruling.getMetadata().getName(), ruling.getSpec(), neverIn(selecting));
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

  /** Whether an action of this type may run by itself, only when approved, or not at all. */
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

  /** With what the policy says of settings, as the detectors of settings read it. */
  public Thresholds thresholds() {
    var all = new HashMap<>(spec.thresholds());
    if (spec.parameters() != null) {
      spec.parameters()
          .pinned()
          .forEach((name, value) -> all.put(SettingDrift.PINNED + name, value));
      spec.parameters()
          .bounds()
          .forEach(bounds -> {
            var prefix = SettingMismatch.BOUNDS + bounds.name();
            putIfSet(all, prefix + ".min", bounds.min());
            putIfSet(all, prefix + ".max", bounds.max());
          });
    }
    return new Thresholds(all);
  }

  private static void putIfSet(Map<String, String> all, String name, @Nullable String value) {
    if (value != null) {
      all.put(name, value);
    }
  }
}
