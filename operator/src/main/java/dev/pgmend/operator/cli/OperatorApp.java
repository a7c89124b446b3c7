// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.operator.controller.PgmendOperator;
import dev.pgmend.operator.learnerpod.LearnerImage;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** The operator in Quarkus, which provides HTTP, health, metrics and shutdown. */
public final class OperatorApp implements QuarkusApplication {
  private static final AtomicReference<@Nullable Setup> SETUP = new AtomicReference<>();
  private static final AtomicReference<@Nullable PgmendOperator> RUNNING = new AtomicReference<>();

  private final MeterRegistry registry;

  /**
   * The options of the command line.
   *
   * @param learner the image of learner pods; without one, learners run in this process
   * @param namespaces to manage; empty: all
   * @param once maximal time until nothing is left to do; empty to run until stopped
   */
  record Setup(
      KubernetesClient client,
      RunReport report,
      Optional<LearnerImage> learner,
      boolean leaderElection,
      Set<String> namespaces,
      @Nullable Duration once) {}

  @Inject
  public OperatorApp(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Quarkus creates the application, so its options are stored here before. */
  static void prepare(Setup setup) {
    SETUP.set(setup);
  }

  /** Whether the operator runs and sees its cluster. */
  static boolean isHealthy() {
    var operator = RUNNING.get();
    return operator != null && operator.isHealthy();
  }

  @Override
  public int run(String... args) {
    var setup = Objects.requireNonNull(SETUP.get(), "started without its command line");
    try (var operator =
        new PgmendOperator(
            setup.client(),
            registry,
            setup.report(),
            setup.learner(),
            setup.leaderElection(),
            setup.namespaces(),
            Clock.systemUTC())) {
      setup.report().started(metricsUrl(), setup.client());
      operator.start();
      RUNNING.set(operator);
      if (setup.once() == null) {
        Quarkus.waitForExit();
        return ExitCode.OK;
      }
      return new OnceWatch(setup.client(), setup.report(), operator::learnerOf, setup.once())
          .await();
    } finally {
      RUNNING.set(null);
      setup.report().close();
    }
  }

  private static String metricsUrl() {
    var config = ConfigProvider.getConfig();
    return "http://%s:%d/metrics"
        .formatted(
            config.getValue("quarkus.http.host", String.class),
            config.getValue("quarkus.http.port", Integer.class));
  }
}
