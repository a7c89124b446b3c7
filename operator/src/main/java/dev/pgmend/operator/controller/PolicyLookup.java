// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.operator.policy.EffectivePolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the policy of a cluster, and watches policies for a controller.
 *
 * @param <P> the resource of the controller
 */
final class PolicyLookup<P extends HasMetadata> {
  private final InformerEventSource<TuningPolicy, P> source;

  /**
   * @param affected the resources of a namespace to reconcile when a policy there changes
   */
  PolicyLookup(
      Class<P> primary,
      String name,
      Function<String, Set<ResourceID>> affected,
      EventSourceContext<P> context) {
    source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(TuningPolicy.class, primary)
                .withName(name)
                .withSecondaryToPrimaryMapper(
                    policy -> affected.apply(policy.getMetadata().getNamespace()))
                .build(),
            context);
  }

  InformerEventSource<TuningPolicy, P> source() {
    return source;
  }

  EffectivePolicy of(PgCluster cluster) {
    return EffectivePolicy.of(
        cluster, source.list(cluster.getMetadata().getNamespace(), _ -> true).toList());
  }
}
