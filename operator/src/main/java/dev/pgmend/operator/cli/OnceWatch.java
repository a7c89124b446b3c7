// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.learner.app.LearnerStatus;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.action.Lifecycle;
import dev.pgmend.operator.cluster.ClusterKey;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Waits until nothing is left to do. */
public final class OnceWatch {
  /**
   * The first sample covers the time since the counters were reset; later ones show the present.
   */
  private static final int LEARNERS_LOOKS = 3;

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Waits that do not end soon: for a user, a window, a pause, a policy. */
  private static final Set<String> NOT_OURS_TO_END =
      Set.of("WaitingForWindow", "Paused", Lifecycle.FORBIDDEN_BY_POLICY);

  private final KubernetesClient client;
  private final RunReport report;
  private final Function<ClusterKey, Optional<LearnerStatus>> learners;
  private final Deadline deadline;

  /**
   * @param learners status of the learner of a cluster in this process, if there is one
   */
  public OnceWatch(
      KubernetesClient client,
      RunReport report,
      Function<ClusterKey, Optional<LearnerStatus>> learners,
      Duration timeout) {
    this.client = client;
    this.report = report;
    this.learners = learners;
    this.deadline = Deadline.after(timeout);
  }

  /** Returns the exit code. */
  public int await() {
    while (!deadline.passed()) {
      var clusters = client.resources(PgCluster.class).inAnyNamespace().list().getItems();
      // First: the advice of their last round must be among the actions.
      var learned = clusters.stream().allMatch(this::learned);
      var actions = client.resources(HealingAction.class).inAnyNamespace().list().getItems();
      if (learned && clusters.stream().allMatch(cluster -> settled(cluster, actions))) {
        report.summary(clusters, actions);
        return exitCode(clusters, actions);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return ExitCode.TIMED_OUT;
  }

  private static int exitCode(List<PgCluster> clusters, List<HealingAction> actions) {
    if (!clusters.stream().allMatch(OnceWatch::isReady)) {
      return ExitCode.UNREACHABLE;
    }
    return actions.stream().anyMatch(action -> Actions.phaseOf(action) == HealingPhase.Failed)
        ? ExitCode.FAILED
        : ExitCode.OK;
  }

  private static boolean settled(PgCluster cluster, List<HealingAction> all) {
    var status = cluster.getStatus();
    if (status == null || ready(status).isEmpty()) {
      return false;
    }
    if (!isReady(cluster)) {
      return true;
    }
    var actions =
        all.stream()
            .filter(action ->
                action.getSpec().clusterRef().name().equals(cluster.getMetadata().getName()))
            .toList();
    return actions.stream().allMatch(OnceWatch::atRest) && inspectedSince(status, actions);
  }

  /** A learner that cannot run, for example without pg_stat_statements, is not waited for. */
  private boolean learned(PgCluster cluster) {
    return learners
        .apply(ClusterKey.of(cluster))
        .map(learner ->
            learner.cycles() >= LEARNERS_LOOKS
                && (learner.caughtUp() || !learner.problem().isEmpty()))
        .orElse(true);
  }

  private static boolean atRest(HealingAction action) {
    var status = Actions.statusOf(action);
    return status.phaseOrDefault().ended()
        || status.phaseOrDefault() == HealingPhase.AwaitingApproval
        || NOT_OURS_TO_END.contains(String.valueOf(status.reason()));
  }

  /** The inspection after the last repair decides what is left to do. */
  private static boolean inspectedSince(PgClusterStatus status, List<HealingAction> actions) {
    var last = status.lastInspection();
    if (last == null) {
      return false;
    }
    // The status has whole seconds.
    var inspected = Instant.parse(last).plusSeconds(1);
    return actions.stream()
        .map(action -> Actions.statusOf(action).timesOrDefault().endedAt())
        .allMatch(ended -> ended == null || !Instant.parse(ended).isAfter(inspected));
  }

  private static boolean isReady(PgCluster cluster) {
    var status = cluster.getStatus();
    return status != null && ready(status).stream().anyMatch(Condition::holds);
  }

  private static List<Condition> ready(PgClusterStatus status) {
    return status.conditions().stream().filter(c -> c.type().equals(Condition.READY)).toList();
  }
}
