// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicyStatus;
import dev.pgmend.operator.policy.PolicyCheck;
import dev.pgmend.operator.status.Conditions;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reports whether a policy is valid, and which PgClusters it selects. */
@ControllerConfiguration(name = "tuning-policy", generationAwareEventProcessing = false)
public final class TuningPolicyReconciler implements Reconciler<TuningPolicy> {
  private final Clock clock;
  private @Nullable InformerEventSource<PgCluster, TuningPolicy> clusters;

  public TuningPolicyReconciler(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, TuningPolicy>> prepareEventSources(
      EventSourceContext<TuningPolicy> context) {
    var policies = context.getPrimaryCache();
    clusters =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(PgCluster.class, TuningPolicy.class)
                .withName("clusters-of-policies")
                .withSecondaryToPrimaryMapper(cluster ->
                    policies
                        .list(cluster.getMetadata().getNamespace(), _ -> true)
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
                .withOnUpdateFilter((now, before) ->
                    !Objects.equals(
                        now.getMetadata().getLabels(), before.getMetadata().getLabels()))
                .build(),
            context);
    return List.of(clusters);
  }

  @Override
  public UpdateControl<TuningPolicy> reconcile(TuningPolicy policy, Context<TuningPolicy> context) {
    var before = policy.getStatus() == null ? TuningPolicyStatus.EMPTY : policy.getStatus();
    var generation = policy.getMetadata().getGeneration();
    var problems = PolicyCheck.problems(policy.getSpec());
    var conditions = new Conditions(before.conditions(), generation, clock);
    var thresholdProblems = PolicyCheck.thresholdProblems(policy.getSpec());
    if (problems.isEmpty() && thresholdProblems.isEmpty()) {
      conditions.isTrue(Condition.READY, "Valid", "the policy is valid");
    } else if (problems.isEmpty()) {
      conditions.isFalse(
          Condition.READY,
          "InvalidThreshold",
          String.join("; ", thresholdProblems)
              + ". The default holds instead; the rest of the policy is in force");
    } else {
      conditions.isFalse(
          Condition.READY,
          "Invalid",
          Stream.concat(problems.stream(), thresholdProblems.stream())
                  .collect(Collectors.joining("; "))
              + ". Until you fix the policy, nothing runs automatically in the clusters that it"
              + " selects");
    }
    var status = TuningPolicyStatus.of(generation, conditions.build(), selected(policy));
    if (!status.equals(policy.getStatus())) {
      StatusUpdate.write(policy, context, copy -> copy.setStatus(status));
    }
    return UpdateControl.noUpdate();
  }

  private List<String> selected(TuningPolicy policy) {
    return Objects.requireNonNull(clusters)
        .list(policy.getMetadata().getNamespace(), _ -> true)
        .filter(cluster -> {
          var labels = cluster.getMetadata().getLabels();
          return policy.getSpec().selector().matches(labels == null ? Map.of() : labels);
        })
        .map(cluster -> cluster.getMetadata().getName())
        .sorted()
        .toList();
  }
}
