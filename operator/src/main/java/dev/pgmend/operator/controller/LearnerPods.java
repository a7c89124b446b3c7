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

/** Keeps each cluster's learner as its spec wants it, watches its pod, and tells how it is. */
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

  /** Where no pods can run none are watched: the operator may lack the right to. */
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

  /** Sees to a cluster's learner; returns how soon to look again, at the latest as given. */
  Duration keep(PgCluster cluster, ClusterView view, Duration atLatest) {
    var state = state(cluster);
    view.learner(state);
    return switch (state) {
      case LearnerState.Removed removed -> {
        events.normal(cluster, "LearnerRemoved", removed.kept());
        yield atLatest;
      }
      // It may pass without the operator being told.
      case LearnerState.NotReady _ -> SOON.compareTo(atLatest) < 0 ? SOON : atLatest;
      case LearnerState.Off _, LearnerState.InProcess _, LearnerState.PodReady _ -> atLatest;
    };
  }

  /** Where no pods can run, the operator's own process learns. */
  void reached(PgCluster cluster, Access access) {
    if (!learners.runPods()) {
      inProcess.tend(cluster, access);
    }
  }

  /** Credentials that were taken away are not used any longer. */
  void lost(ClusterKey key) {
    inProcess.forget(key);
  }

  /** Clusters that are no more need not be remembered; Kubernetes removes what they owned. */
  void keepOnly(List<PgCluster> existing) {
    learners.keepOnly(
        existing.stream()
            .map(cluster -> cluster.getMetadata().getUid())
            .collect(Collectors.toSet()));
    inProcess.keepOnly(existing.stream().map(ClusterKey::of).collect(Collectors.toSet()));
  }

  private LearnerState state(PgCluster cluster) {
    if (learners.runPods()) {
      return learners.care(cluster, standing(cluster));
    }
    return inProcess
        .statusOf(ClusterKey.of(cluster))
        .<LearnerState>map(status ->
            status.problem().isEmpty()
                ? new LearnerState.InProcess()
                : new LearnerState.NotReady("CannotLearn", status.problem()))
        .orElseGet(LearnerState.Off::new);
  }

  private Optional<StatefulSet> standing(PgCluster cluster) {
    return pods == null
        ? Optional.empty()
        : pods.get(new ResourceID(Learners.nameOf(cluster), cluster.getMetadata().getNamespace()));
  }

  /** Only what the spec or the condition depends on; a status is written often. */
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
