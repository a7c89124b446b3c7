package dev.pgmend.e2e.gauntlet;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
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

/** An operator at work, what it says, and the resources that a user would change. */
public final class OperatorUnderTest implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

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
    var started = events.await(0, LONGEST_START, Started.class::isInstance);
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
   * Waits until an action is as wanted.
   *
   * @param of what tells the action from others
   * @throws IOException if it does not come to that, with what was last said of it
   */
  public Action await(Predicate<Action> of, Predicate<Action> wanted, Duration atMost)
      throws IOException, InterruptedException {
    var said =
        events.await(
            0,
            atMost,
            event -> event instanceof Action action && of.test(action) && wanted.test(action));
    if (said.isPresent() && said.get().event() instanceof Action action) {
      return action;
    }
    throw new IOException(
        "after %d s the action was not as it had to be: %s"
            .formatted(
                atMost.toSeconds(),
                events.last(of).map(OperatorUnderTest::shortly).orElse("it never came to be")));
  }

  /** Waits for the action's end, whatever it is. */
  public Action awaitEnd(Predicate<Action> of, Duration atMost)
      throws IOException, InterruptedException {
    return await(of, action -> action.phase().ended(), atMost);
  }

  /** The last that was said of an action; empty if there is none such. */
  public Optional<Action> last(Predicate<Action> of) {
    return events.last(of);
  }

  /** Findings of every severity that were made so far. */
  public List<Finding> found() {
    return events.found();
  }

  /** Proposes an action as the learner's pod does. */
  public void propose(HealingActionSpec spec, String name) {
    var action = new HealingAction();
    action.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace(Manifests.NAMESPACE).build());
    action.setSpec(spec);
    api.resource(action).create();
  }

  /** Changes the Secret: from now on the database is there. */
  public void pointTo(Login login) {
    api.secrets()
        .inNamespace(Manifests.NAMESPACE)
        .withName(dev.pgmend.e2e.testbed.operator.Manifests.SECRET_NAME)
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

  /** For people: type, phase and why. */
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
