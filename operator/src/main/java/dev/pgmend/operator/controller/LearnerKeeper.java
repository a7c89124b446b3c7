package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.operator.dependent.LearnerState;
import dev.pgmend.operator.dependent.Learners;
import dev.pgmend.operator.status.Events;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps each cluster's learner as its spec wants it, watches its pod, and tells how it is. */
final class LearnerKeeper {
  private static final Duration SOON = Duration.ofSeconds(15);

  private final Learners learners;
  private final Events events;
  private @Nullable InformerEventSource<StatefulSet, PgCluster> pods;

  LearnerKeeper(Learners learners, Events events) {
    this.learners = learners;
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
    var state = learners.care(cluster, standing(cluster));
    view.learner(state);
    return switch (state) {
      case LearnerState.Removed removed -> {
        events.normal(cluster, "LearnerRemoved", removed.kept());
        yield atLatest;
      }
      case LearnerState.NotReady notReady when notReady.mayPassUnseen() ->
          SOON.compareTo(atLatest) < 0 ? SOON : atLatest;
      case LearnerState.NotReady _,
          LearnerState.Off _,
          LearnerState.InProcess _,
          LearnerState.PodReady _ ->
          atLatest;
    };
  }

  /** Clusters that are no more need not be remembered; Kubernetes removes what they owned. */
  void keepOnly(Stream<PgCluster> existing) {
    learners.keepOnly(
        existing.map(cluster -> cluster.getMetadata().getUid()).collect(Collectors.toSet()));
  }

  private Optional<StatefulSet> standing(PgCluster cluster) {
    return pods == null
        ? Optional.empty()
        : pods.get(new ResourceID(Learners.nameOf(cluster), cluster.getMetadata().getNamespace()));
  }

  /** Only what the spec or the condition depends on; a status is written often. */
  private static boolean differ(StatefulSet now, StatefulSet before) {
    return Wishes.changed(now, before)
        || !Objects.equals(
            now.getStatus().getReadyReplicas(), before.getStatus().getReadyReplicas())
        || !Objects.equals(
            now.getStatus().getUpdatedReplicas(), before.getStatus().getUpdatedReplicas())
        || !Objects.equals(
            now.getStatus().getObservedGeneration(), before.getStatus().getObservedGeneration());
  }
}
