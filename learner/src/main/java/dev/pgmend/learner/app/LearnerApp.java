// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.healing.postgres.Server;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A learner in a Quarkus application, which provides HTTP, health checks, metrics and graceful
 * shutdown.
 */
public final class LearnerApp implements QuarkusApplication {
  private static final AtomicReference<@Nullable PodEnvironment> ENVIRONMENT =
      new AtomicReference<>();
  private static final AtomicReference<@Nullable Learner> RUNNING = new AtomicReference<>();

  private final MeterRegistry registry;

  @Inject
  public LearnerApp(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Quarkus instantiates this class, so its environment is set here before. */
  static void prepare(PodEnvironment environment) {
    ENVIRONMENT.set(environment);
  }

  /** The learner's status; empty until it runs. */
  static Optional<LearnerStatus> status() {
    return Optional.ofNullable(RUNNING.get()).map(Learner::status);
  }

  @Override
  public int run(String... args) {
    var environment = Objects.requireNonNull(ENVIRONMENT.get(), "started without environment");
    try (var client = new KubernetesClientBuilder().build()) {
      return run(environment, client);
    }
  }

  private int run(PodEnvironment environment, KubernetesClient client) {
    var cluster = environment.cluster();
    var learning = Learning.open(environment.settings());
    var learner =
        new Learner(
            new Server(ConnectionFiles.read(environment.connection())),
            environment.settings(),
            learning,
            new KubernetesProposer(client, cluster),
            Clock.systemUTC());
    LearnerMetrics.bind(registry, cluster, learner);
    try (learner;
        var _ = Outcomes.watch(client, cluster, learning)) {
      learner.start();
      RUNNING.set(learner);
      Quarkus.waitForExit();
      return 0;
    } finally {
      RUNNING.set(null);
    }
  }
}
