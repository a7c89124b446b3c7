// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.learner.finetune.FineTuningStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** The metrics of a learner; docs/reference/metrics.md lists them. */
public final class LearnerMetrics {
  private final MeterRegistry registry;
  private final Tags tags;

  private LearnerMetrics(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  /** Registers the metrics of a learner. */
  public static void bind(MeterRegistry registry, ClusterIdentity cluster, Learner learner) {
    var metrics =
        new LearnerMetrics(
            registry, Tags.of("namespace", cluster.namespace(), "cluster", cluster.name()));
    metrics.counter(
        learner,
        "statements.observed",
        "Samples of statements that ran",
        status -> status.statementsObserved());
    metrics.counter(
        learner,
        "plans.captured",
        "Plans that the learner requested",
        status -> status.plansCaptured());
    metrics.counter(
        learner,
        "plans.refused",
        "Statements for which no plan was available",
        status -> status.plansRefused().values().stream().mapToLong(Long::longValue).sum());
    metrics.counter(
        learner,
        "diagnoses",
        "Statements whose bottleneck was computed",
        status -> status.diagnoses());
    metrics.counter(
        learner,
        "abstentions",
        "Diagnoses without an index worth building",
        status -> status.diagnoses() - status.advised());
    metrics.fineTuning(learner);
    metrics.gauge(
        learner,
        "overhead.percent",
        "Share of the server's execution time that learning takes",
        LearnerStatus::overheadPercent);
    metrics.gauge(
        learner, "pause.seconds", "Seconds until the next sample", LearnerStatus::pauseSeconds);
    metrics.gauge(
        learner,
        "error.factor",
        "Median factor by which predictions miss",
        LearnerStatus::medianError);
  }

  private void fineTuning(Learner learner) {
    counter(
        learner,
        "trajectories",
        "Observed statements available for fitting the model",
        of(FineTuningStatus::trajectories));
    counter(
        learner,
        "trajectories.lost",
        "Observed statements dropped because the ring was full",
        of(FineTuningStatus::trajectoriesLost));
    counter(learner, "tunings.started", "Fittings that started", of(FineTuningStatus::started));
    counter(
        learner, "tunings.kept", "Fittings whose weights are in use", of(FineTuningStatus::kept));
    counter(
        learner,
        "tunings.dropped",
        "Fittings that were no better, or ended with an error",
        of(FineTuningStatus::dropped));
    counter(
        learner,
        "tunings.reverted",
        "Kept fittings that were reverted because they did worse afterwards",
        of(FineTuningStatus::reverted));
    counter(learner, "tunings.seconds", "Seconds spent on fittings", of(FineTuningStatus::seconds));
    gauge(
        learner,
        "tuning.error.before",
        "Mean absolute error in log time on held-out statements before the last fitting",
        of(FineTuningStatus::errorBefore));
    gauge(
        learner,
        "tuning.error.after",
        "Mean absolute error in log time on held-out statements after the last fitting",
        of(FineTuningStatus::errorAfter));
    gauge(
        learner,
        "tuning.on.gpu",
        "1 if the last fitting ran on a GPU",
        of(status -> status.device().startsWith("gpu") ? 1 : 0));
  }

  private static ToDoubleFunction<LearnerStatus> of(ToDoubleFunction<FineTuningStatus> value) {
    return status -> value.applyAsDouble(status.fineTuning());
  }

  private void counter(
      Learner learner, String name, String description, ToDoubleFunction<LearnerStatus> value) {
    FunctionCounter.builder("pgmend.learner." + name, learner, l -> value.applyAsDouble(l.status()))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private void gauge(
      Learner learner, String name, String description, ToDoubleFunction<LearnerStatus> value) {
    Gauge.builder("pgmend.learner." + name, learner, l -> value.applyAsDouble(l.status()))
        .description(description)
        .tags(tags)
        .register(registry);
  }
}
