// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.e2e.testbed.operator.Manifests;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Finding;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Started;
import dev.pgmend.e2e.testbed.operator.OperatorProcess;
import dev.pgmend.e2e.testbed.shop.Login;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A running operator, the events that it prints, and the resources that a user would change. */
public final class OperatorUnderTest implements AutoCloseable {
  private static final Duration MAX_START = Duration.ofMinutes(1);

  private final OperatorProcess process;
  private final Events events;
  private final KubernetesClient api;

  private OperatorUnderTest(OperatorProcess process, Events events, KubernetesClient api) {
    this.process = process;
    this.events = events;
    this.api = api;
  }

  static OperatorUnderTest start(List<String> command, Path directory)
      throws IOException, InterruptedException {
    var events = new Events(directory.resolve("events.jsonl"));
    var log = directory.resolve("operator.log");
    var process = AtExit.close(OperatorProcess.start(command, log, events::line));
    var started = events.await(0, MAX_START, Started.class::isInstance);
    if (started.isEmpty() || !(started.get().event() instanceof Started at)) {
      process.close();
      throw new IOException("the operator did not start; its log: " + log);
    }
    var config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(at.api())
            .withNamespace(Manifests.NAMESPACE)
            .build();
    return new OperatorUnderTest(
        process, events, new KubernetesClientBuilder().withConfig(config).build());
  }

  /**
   * Waits until an action matches.
   *
   * @param of selects the action
   * @throws IOException if it does not match in time; the message contains its last event
   */
  public Action await(Predicate<Action> of, Predicate<Action> wanted, Duration atMost)
      throws IOException, InterruptedException {
    var received =
        events.await(
            0,
            atMost,
            event -> event instanceof Action action && of.test(action) && wanted.test(action));
    if (received.isPresent() && received.get().event() instanceof Action action) {
      return action;
    }
    throw new IOException(
        "after %d s the action was not in the expected state: %s"
            .formatted(
                atMost.toSeconds(),
                events.last(of).map(OperatorUnderTest::shortly).orElse("it was never proposed")));
  }

  /** Waits until the action has ended, in whatever phase. */
  public Action awaitEnd(Predicate<Action> of, Duration atMost)
      throws IOException, InterruptedException {
    return await(of, action -> action.phase().ended(), atMost);
  }

  /** The last event of a matching action; empty if there is none. */
  public Optional<Action> last(Predicate<Action> of) {
    return events.last(of);
  }

  /** Findings of every severity that were reported so far. */
  public List<Finding> findings() {
    return events.findings();
  }

  /** Proposes an action as the learner pod does. */
  public void propose(HealingActionSpec spec, String name) {
    var action = new HealingAction();
    action.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace(Manifests.NAMESPACE).build());
    action.setSpec(spec);
    api.resource(action).create();
  }

  /** Changes the Secret, so that the operator connects to another server. */
  public void pointTo(Login login) {
    api.secrets()
        .inNamespace(Manifests.NAMESPACE)
        .withName(Manifests.SECRET_NAME)
        .edit(secret -> {
          secret.setData(null);
          secret.setStringData(
              Map.of(
                  "host", login.host(),
                  "port", Integer.toString(login.port()),
                  "dbname", login.database(),
                  "username", login.user(),
                  "password", login.password()));
          return secret;
        });
  }

  /** Type, phase, reason and message of an action, for people. */
  public static String shortly(Action action) {
    return "%s %s (%s: %s)"
        .formatted(
            action.type(),
            action.phase(),
            action.reason(),
            action.message().replaceAll("\\s+", " "));
  }

  @Override
  public void close() {
    api.close();
    process.close();
  }
}
