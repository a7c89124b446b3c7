package dev.pgmend.learner.app;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.learner.finetune.FineTuningStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** What Prometheus is told of a learner; the names are listed in docs/reference/metrics.md. */
public final class LearnerMetrics {
  private final MeterRegistry registry;
  private final Tags tags;

  private LearnerMetrics(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  /** Tells of this learner for as long as it lives. */
  public static void bind(MeterRegistry registry, ClusterIdentity cluster, Learner learner) {
    var metrics =
        new LearnerMetrics(
            registry, Tags.of("namespace", cluster.namespace(), "cluster", cluster.name()));
    metrics.counter(
        learner,
        "statements.observed",
        "Samples of statements that ran",
        status -> status.statementsObserved());
    metrics.counter(learner, "plans.captured", "Plans asked for", status -> status.plansCaptured());
    metrics.counter(
        learner,
        "plans.refused",
        "Statements of which no plan could be had",
        status -> status.plansRefused().values().stream().mapToLong(Long::longValue).sum());
    metrics.counter(
        learner,
        "diagnoses",
        "Statements whose bottleneck was sought",
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
    metrics.gauge(learner, "pause.seconds", "Until the next look", LearnerStatus::pauseSeconds);
    metrics.gauge(
        learner,
        "error.factor",
        "The factor by which predictions miss, half of them by less",
        LearnerStatus::medianError);
  }

  private void fineTuning(Learner learner) {
    counter(learner, "trajectories", "Statements to fit to", of(FineTuningStatus::trajectories));
    counter(
        learner,
        "trajectories.lost",
        "Statements that nobody took out in time",
        of(FineTuningStatus::trajectoriesLost));
    counter(learner, "tunings.started", "Fittings that began", of(FineTuningStatus::started));
    counter(learner, "tunings.kept", "Fittings whose weights serve", of(FineTuningStatus::kept));
    counter(
        learner,
        "tunings.dropped",
        "Fittings that were no better, or broke off",
        of(FineTuningStatus::dropped));
    counter(
        learner,
        "tunings.taken.back",
        "Kept ones that did worse afterwards",
        of(FineTuningStatus::takenBack));
    counter(learner, "tunings.seconds", "That they took", of(FineTuningStatus::seconds));
    gauge(
        learner,
        "tuning.error.before",
        "Mean absolute error in log time on held-out statements before the last fitting",
        of(FineTuningStatus::errorBefore));
    gauge(learner, "tuning.error.after", "The same after it", of(FineTuningStatus::errorAfter));
    gauge(
        learner,
        "tuning.on.gpu",
        "1 where the last fitting computed on a GPU",
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
