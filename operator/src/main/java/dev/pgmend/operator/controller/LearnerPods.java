// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.InProcessLearners;
import dev.pgmend.operator.learnerpod.LearnerState;
import dev.pgmend.operator.learnerpod.Learners;
import dev.pgmend.operator.provider.Access;
import dev.pgmend.operator.status.Events;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps the learner of each cluster as its spec requires, and reports its state. */
final class LearnerPods {
  private static final Duration SOON = Duration.ofSeconds(15);

  private final Learners learners;
  private final InProcessLearners inProcess;
  private final Events events;
  private @Nullable InformerEventSource<StatefulSet, PgCluster> pods;

  LearnerPods(Learners learners, InProcessLearners inProcess, Events events) {
    this.learners = learners;
    this.inProcess = inProcess;
    this.events = events;
  }

  /** If no pods can run, none are watched: the operator can lack the right. */
  Stream<EventSource<?, PgCluster>> eventSources(EventSourceContext<PgCluster> context) {
    if (!learners.runPods()) {
      return Stream.empty();
    }
    pods =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(StatefulSet.class, PgCluster.class)
                .withName("learners-of-clusters")
                .withLabelSelector(Learners.selector())
                .withOnUpdateFilter((now, before) -> differ(now, before))
                .build(),
            context);
    return Stream.of(pods);
  }

  /** Updates the learner of a cluster; returns when to check again, at the latest as given. */
  Duration keep(PgCluster cluster, ClusterView view, Duration atLatest) {
    var state = state(cluster);
    view.learner(state);
    return switch (state) {
      case LearnerState.Removed removed -> {
        events.normal(cluster, "LearnerRemoved", removed.kept());
        yield atLatest;
      }
      // The cause can disappear without an event.
      case LearnerState.NotReady _ -> SOON.compareTo(atLatest) < 0 ? SOON : atLatest;
      case LearnerState.Off _, LearnerState.InProcess _, LearnerState.PodReady _ -> atLatest;
    };
  }

  /** If no pods can run, the learner runs in this process. */
  void reached(PgCluster cluster, Access access) {
    if (!learners.runPods()) {
      inProcess.update(cluster, access);
    }
  }

  /** Withdrawn credentials must not be used any longer. */
  void lost(ClusterKey key) {
    inProcess.forget(key);
  }

  /** Forgets deleted clusters; Kubernetes removes what they own. */
  void keepOnly(List<PgCluster> existing) {
    learners.keepOnly(
        existing.stream()
            .map(cluster -> cluster.getMetadata().getUid())
            .collect(Collectors.toSet()));
    inProcess.keepOnly(existing.stream().map(ClusterKey::of).collect(Collectors.toSet()));
  }

  private LearnerState state(PgCluster cluster) {
    if (learners.runPods()) {
      return learners.update(cluster, current(cluster));
    }
    return inProcess
        .statusOf(ClusterKey.of(cluster))
        .<LearnerState>map(status ->
            status.problem().isEmpty()
                ? new LearnerState.InProcess()
                : new LearnerState.NotReady("CannotLearn", status.problem()))
        .orElseGet(LearnerState.Off::new);
  }

  private Optional<StatefulSet> current(PgCluster cluster) {
    return pods == null
        ? Optional.empty()
        : pods.get(new ResourceID(Learners.nameOf(cluster), cluster.getMetadata().getNamespace()));
  }

  /** Ignores other changes: a status is written often. */
  private static boolean differ(StatefulSet now, StatefulSet before) {
    return UserChanges.changed(now, before)
        || !Objects.equals(
            now.getStatus().getReadyReplicas(), before.getStatus().getReadyReplicas())
        || !Objects.equals(
            now.getStatus().getUpdatedReplicas(), before.getStatus().getUpdatedReplicas())
        || !Objects.equals(
            now.getStatus().getObservedGeneration(), before.getStatus().getObservedGeneration());
  }
}
