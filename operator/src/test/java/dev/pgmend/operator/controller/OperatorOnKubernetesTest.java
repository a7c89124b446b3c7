package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.Api;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
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
          "pgfleets.pgmend.dev.yaml",
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
}
