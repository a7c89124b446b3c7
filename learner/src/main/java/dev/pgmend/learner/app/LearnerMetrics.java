package dev.pgmend.learner.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** What Prometheus is told of a learner; the names are listed in docs/metrics.md. */
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
