// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.testing;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.api.v1alpha1.Selector;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Verification;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.cluster.ClusterListener;
import dev.pgmend.operator.controller.PgmendOperator;
import dev.pgmend.operator.learnerpod.LearnerImage;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The whole operator on some Kubernetes API, and what tests say to it, as a user would. */
public final class OperatorUnderTest implements AutoCloseable {
  /** Small sizes count, so that tests need no large tables. */
  public static final Map<String, String> SMALL_FAULTS_COUNT =
      Map.of(
          "IndexBloat.minSaving", "100Ki",
          "DuplicateIndex.minSize", "100Ki",
          "MissingForeignKeyIndex.minTableSize", "100Ki");

  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final KubernetesClient client;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PgmendOperator operator;

  public OperatorUnderTest(KubernetesClient client, Optional<LearnerImage> learner) {
    this.client = client;
    this.operator =
        new PgmendOperator(
            client, registry, ClusterListener.NONE, learner, false, Set.of(), Clock.systemUTC());
    operator.start();
  }

  public SimpleMeterRegistry registry() {
    return registry;
  }

  /** Gauges of a room's clusters as they are now. */
  public List<Gauge> gaugesOf(Room room) {
    return registry.getMeters().stream()
        .filter(meter -> room.namespace().equals(meter.getId().getTag("namespace")))
        .filter(Gauge.class::isInstance)
        .map(Gauge.class::cast)
        .toList();
  }

  /** A namespace of a test's own. */
  public Room room() {
    var name = "t-" + UUID.randomUUID().toString().substring(0, 8);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return new Room(name);
  }

  public static ConditionFactory patiently() {
    // A resource without status, or one that is not there yet, is worth another look.
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions();
  }

  @Override
  public void close() {
    operator.close();
  }

  /** One test's namespace and what is in it. */
  public final class Room implements AutoCloseable {
    private static final Map<String, String> LABELS = Map.of("env", "test");

    private final String namespace;

    private Room(String namespace) {
      this.namespace = namespace;
    }

    public String namespace() {
      return namespace;
    }

    public void secret(TestDatabase database) {
      var spec = database.spec();
      apply(
          new SecretBuilder()
              .withNewMetadata()
              .withName("shop")
              .withNamespace(namespace)
              .endMetadata()
              .addToStringData("host", spec.host())
              .addToStringData("port", Integer.toString(spec.port()))
              .addToStringData("dbname", spec.database())
              .addToStringData("username", spec.user())
              .addToStringData("password", spec.password())
              .build());
    }

    /** A PgCluster {@code shop} that covers one database. */
    public PgCluster cluster(TestDatabase database, UnaryOperator<PgClusterSpec> change) {
      var spec =
          new PgClusterSpec(
              Provider.connection("shop"),
              new PgClusterSpec.Databases(List.of(database.name()), List.of()),
              null,
              "1h",
              null);
      var cluster = new PgCluster();
      cluster.setMetadata(
          new ObjectMetaBuilder()
              .withName("shop")
              .withNamespace(namespace)
              .withLabels(LABELS)
              .build());
      cluster.setSpec(change.apply(spec));
      return client.resource(cluster).create();
    }

    /** Makes pgmend manage a database by a policy. */
    public void manage(TestDatabase database, TuningPolicySpec policy) {
      policy("policy", policy);
      secret(database);
      cluster(database, UnaryOperator.identity());
    }

    public void policy(String name, TuningPolicySpec spec) {
      var policy = new TuningPolicy();
      policy.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
      policy.setSpec(spec);
      apply(policy);
    }

    public void apply(HasMetadata resource) {
      var handle = client.resource(resource);
      if (handle.get() == null) {
        handle.create();
      } else {
        handle.patch();
      }
    }

    public PgCluster cluster() {
      return client.resources(PgCluster.class).inNamespace(namespace).withName("shop").get();
    }

    public TuningPolicy policy(String name) {
      return client.resources(TuningPolicy.class).inNamespace(namespace).withName(name).get();
    }

    public List<HealingAction> actions() {
      return client.resources(HealingAction.class).inNamespace(namespace).list().getItems();
    }

    public List<Event> events() {
      return client.v1().events().inNamespace(namespace).list().getItems();
    }

    public List<HealingAction> actions(String type) {
      return actions().stream().filter(a -> a.getSpec().type().equals(type)).toList();
    }

    /** The only action of a type. */
    public HealingAction action(String type) {
      var found = actions(type);
      if (found.size() != 1) {
        throw new AssertionError("Not one action " + type + ", but " + found);
      }
      return found.getFirst();
    }

    /** Waits until the only action of a type is in a phase. */
    public HealingAction awaitPhase(String type, HealingPhase phase) {
      patiently()
          .untilAsserted(() -> {
            var action = action(type);
            if (Actions.phaseOf(action) != phase) {
              throw new AssertionError(
                  type + " is not " + phase + " but " + Actions.statusOf(action));
            }
          });
      return action(type);
    }

    public void edit(HealingAction action, Consumer<HealingAction> change) {
      editLatest(action, change);
    }

    public void annotate(HasMetadata resource, String name, String value) {
      editLatest(
          resource,
          live -> {
            var annotations = new HashMap<String, String>();
            if (live.getMetadata().getAnnotations() != null) {
              annotations.putAll(live.getMetadata().getAnnotations());
            }
            annotations.put(name, value);
            live.getMetadata().setAnnotations(annotations);
          });
    }

    public void pause(boolean paused) {
      edit(spec ->
          new PgClusterSpec(
              spec.provider(),
              spec.databases(),
              paused,
              spec.inspectionInterval(),
              spec.learner()));
    }

    public void learner(LearnerSpec learner) {
      edit(spec ->
          new PgClusterSpec(
              spec.provider(),
              spec.databases(),
              spec.paused(),
              spec.inspectionInterval(),
              learner));
    }

    private void edit(UnaryOperator<PgClusterSpec> change) {
      editLatest(cluster(), live -> live.setSpec(change.apply(live.getSpec())));
    }

    /** The operator may write between the reading and the writing: then it is done anew. */
    private <T extends HasMetadata> void editLatest(T resource, Consumer<T> change) {
      patiently()
          .untilAsserted(() ->
              client
                  .resource(client.resource(resource).get())
                  .edit(live -> {
                    change.accept(live);
                    return live;
                  }));
    }

    public void annotateCluster(String name, String value) {
      annotate(cluster(), name, value);
    }

    @Override
    public void close() {
      client.resources(HealingAction.class).inNamespace(namespace).delete();
      client.resources(PgCluster.class).inNamespace(namespace).delete();
      client.resources(TuningPolicy.class).inNamespace(namespace).delete();
      client.namespaces().withName(namespace).delete();
    }
  }

  /** A learner with every default but whether it runs. */
  public static LearnerSpec learner(boolean enabled) {
    return new LearnerSpec(enabled, null, null, null, null, null, null, null);
  }

  /** A policy for every cluster with the tests' label, with a short verification. */
  public static TuningPolicySpec policy(UnaryOperator<TuningPolicySpec> change) {
    return change.apply(
        new TuningPolicySpec(
            Selector.label("env", "test"),
            null,
            null,
            Map.of(),
            SMALL_FAULTS_COUNT,
            null,
            List.of(),
            null,
            new Verification("1s", null, null, null),
            List.of()));
  }
}
