// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import static dev.pgmend.operator.testing.OperatorUnderTest.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.Api;
import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Resources;
import dev.pgmend.operator.learnerpod.LearnerImage;
import dev.pgmend.operator.learnerpod.Learners;
import dev.pgmend.operator.testing.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authorization.v1.LocalSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** On the cluster that KUBECONFIG names; it is given the CRDs. */
@Tag("kubernetes")
@EnabledIfEnvironmentVariable(
    named = "KUBECONFIG",
    matches = ".+",
    disabledReason = "KUBECONFIG names no cluster to test on")
class OperatorOnKubernetesTest extends OperatorSuite {
  private static final List<String> CRDS =
      List.of(
          "pgclusters.pgmend.dev.yaml",
          "tuningpolicies.pgmend.dev.yaml",
          "healingactions.pgmend.dev.yaml");

  @Override
  KubernetesClient connect() {
    try {
      var kubeconfig = Files.readString(Path.of(System.getenv("KUBECONFIG")));
      var client =
          new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
      for (var crd : CRDS) {
        try (var manifest = Api.class.getClassLoader().getResourceAsStream(Api.MANIFESTS + crd)) {
          // Not by server-side apply, which an API server without CEL refuses them by.
          var definition = client.apiextensions().v1().customResourceDefinitions().load(manifest);
          var resource = client.resource(definition.item());
          var before = resource.get();
          if (before == null) {
            resource.create();
          } else {
            resource
                .item()
                .getMetadata()
                .setResourceVersion(before.getMetadata().getResourceVersion());
            resource.update();
          }
        }
      }
      CRDS.forEach(crd ->
          client
              .apiextensions()
              .v1()
              .customResourceDefinitions()
              .withName(crd.replace(".yaml", ""))
              .waitUntilCondition(
                  d ->
                      d != null
                          && d.getStatus() != null
                          && d.getStatus().getConditions().stream()
                              .anyMatch(c ->
                                  c.getType().equals("Established")
                                      && c.getStatus().equals("True")),
                  30,
                  TimeUnit.SECONDS));
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void disconnect() {}

  @Override
  Optional<LearnerImage> learnerImage() {
    // No node has it and none may look for it elsewhere: the pod never runs.
    return Optional.of(
        new LearnerImage("pgmend.test/learner:none", Optional.of("Never"), List.of()));
  }

  @Test
  void aLearnerAppearsChangesWithTheSpecAndVanishes() {
    room().policy("policy", mode(PolicyMode.Recommend));
    room().secret(database());
    room().cluster(database(), spec -> spec);
    patiently().until(() -> condition(room().cluster(), Condition.READY).holds());
    assertThat(room().cluster().getStatus().conditions())
        .noneMatch(condition -> condition.type().equals("LearnerReady"));

    room().learner(OperatorUnderTest.learner(true));
    patiently()
        .untilAsserted(() -> {
          assertThat(learnerObjects()).doesNotContainNull();
          var ready = condition(room().cluster(), "LearnerReady");
          assertThat(ready.reason()).isEqualTo("PodNotReady");
          assertThat(condition(room().cluster(), Condition.READY).holds()).isTrue();
        });

    assertThat(List.of("create", "get", "list", "watch"))
        .allMatch(verb -> learnerMay(verb, "healingactions", ""));
    assertThat(List.of("update", "patch", "delete", "deletecollection"))
        .noneMatch(verb -> learnerMay(verb, "healingactions", ""))
        .noneMatch(verb -> learnerMay(verb, "healingactions", "status"));
    assertThat(List.of("pgclusters", "tuningpolicies"))
        .noneMatch(resource -> learnerMay("get", resource, ""));

    var first = pods().get();
    room().learner(learnerWithMemory("2Gi"));
    patiently()
        .untilAsserted(() ->
            assertThat(
                    pods()
                        .get()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getLimits()
                        .get("memory"))
                .isEqualTo(new Quantity("2Gi")));
    assertThat(pods().get().getMetadata().getUid()).isEqualTo(first.getMetadata().getUid());

    patiently().until(() -> claim() != null);
    room().learner(OperatorUnderTest.learner(false));
    patiently()
        .untilAsserted(() -> {
          assertThat(learnerObjects()).containsOnlyNulls();
          assertThat(room().cluster().getStatus().conditions())
              .noneMatch(condition -> condition.type().equals("LearnerReady"));
          assertThat(room().events())
              .filteredOn(event -> event.getReason().equals("LearnerRemoved"))
              .singleElement()
              .satisfies(event -> assertThat(event.getMessage()).contains("state-shop-learner-0"));
        });
    assertThat(claim().getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void aStandingLearnerIsNotWrittenAgainUntilSomeoneElseChangesIt() {
    room().secret(database());
    room()
        .cluster(
            database(),
            spec ->
                new PgClusterSpec(
                    spec.provider(),
                    spec.databases(),
                    null,
                    "1h",
                    OperatorUnderTest.learner(true)));
    patiently()
        .until(() -> condition(room().cluster(), "LearnerReady").reason().equals("PodNotReady"));
    var generation = pods().get().getMetadata().getGeneration();

    var inspected = room().cluster().getStatus().lastInspection();
    // It has whole seconds: another inspection within the same second would look equal.
    patiently().until(() -> Instant.now().isAfter(Instant.parse(inspected).plusSeconds(1)));
    room().annotateCluster(Annotations.INSPECT, "now");
    patiently().until(() -> !room().cluster().getStatus().lastInspection().equals(inspected));
    assertThat(pods().get().getMetadata().getGeneration()).isEqualTo(generation);

    // An operator that has just started does not know what stands, and writes once.
    new Learners(client(), learnerImage(), Clock.systemUTC())
        .update(room().cluster(), Optional.of(pods().get()));
    assertThat(pods().get().getMetadata().getGeneration()).isEqualTo(generation);

    pods().scale(3);
    patiently().until(() -> pods().get().getSpec().getReplicas() == 1);
  }

  @Test
  void whatBearsALearnersNameAndIsSomeoneElsesIsLeftAlone() {
    client()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("shop-learner")
                .withNamespace(room().namespace())
                .endMetadata()
                .build())
        .create();
    room().secret(database());
    room()
        .cluster(
            database(),
            spec ->
                new PgClusterSpec(
                    spec.provider(),
                    spec.databases(),
                    null,
                    "1h",
                    OperatorUnderTest.learner(true)));

    patiently()
        .untilAsserted(() -> {
          var ready = condition(room().cluster(), "LearnerReady");
          assertThat(ready.reason()).isEqualTo("NameTaken");
          assertThat(ready.message()).contains("ServiceAccount shop-learner");
        });
    assertThat(pods().get()).isNull();
  }

  private static LearnerSpec learnerWithMemory(String limit) {
    return new LearnerSpec(
        true, new Resources(Map.of(), Map.of("memory", limit)), null, null, null, null, null, null);
  }

  private boolean learnerMay(String verb, String resource, String subresource) {
    var review =
        new LocalSubjectAccessReviewBuilder()
            .withNewMetadata()
            .withNamespace(room().namespace())
            .endMetadata()
            .withNewSpec()
            .withUser("system:serviceaccount:%s:shop-learner".formatted(room().namespace()))
            .withNewResourceAttributes()
            .withNamespace(room().namespace())
            .withGroup(Api.GROUP)
            .withResource(resource)
            .withSubresource(subresource)
            .withVerb(verb)
            .endResourceAttributes()
            .endSpec()
            .build();
    return client()
        .authorization()
        .v1()
        .localSubjectAccessReview()
        .inNamespace(room().namespace())
        .create(review)
        .getStatus()
        .getAllowed();
  }

  private RollableScalableResource<StatefulSet> pods() {
    return client().apps().statefulSets().inNamespace(room().namespace()).withName("shop-learner");
  }

  private PersistentVolumeClaim claim() {
    return client()
        .persistentVolumeClaims()
        .inNamespace(room().namespace())
        .withName("state-shop-learner-0")
        .get();
  }

  private List<HasMetadata> learnerObjects() {
    var namespace = room().namespace();
    var rbac = client().rbac();
    return Arrays.asList(
        client().serviceAccounts().inNamespace(namespace).withName("shop-learner").get(),
        rbac.roles().inNamespace(namespace).withName("shop-learner").get(),
        rbac.roleBindings().inNamespace(namespace).withName("shop-learner").get(),
        client().services().inNamespace(namespace).withName("shop-learner").get(),
        pods().get());
  }
}
