// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.e2e.kubernetes.scene.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Collects logs and resources after a failure. */
final class Artifacts {
  private final KubernetesClient client;
  private final Path directory;

  Artifacts(KubernetesClient client, Path directory) {
    this.client = client;
    this.directory = directory;
  }

  /** Collects everything available. If something is not, its file contains the error. */
  void collect() {
    for (var namespace : List.of(Names.SYSTEM, Names.SHOP)) {
      resources(namespace + "/pods", () -> pods(namespace));
      resources(
          namespace + "/deployments",
          () -> client.apps().deployments().inNamespace(namespace).list().getItems());
      resources(
          namespace + "/statefulsets",
          () -> client.apps().statefulSets().inNamespace(namespace).list().getItems());
      resources(
          namespace + "/events",
          () -> client.v1().events().inNamespace(namespace).list().getItems());
      resources(
          namespace + "/pgclusters",
          () -> client.resources(PgCluster.class).inNamespace(namespace).list().getItems());
      resources(
          namespace + "/tuningpolicies",
          () -> client.resources(TuningPolicy.class).inNamespace(namespace).list().getItems());
      resources(
          namespace + "/healingactions",
          () -> client.resources(HealingAction.class).inNamespace(namespace).list().getItems());
      logs(namespace);
    }
  }

  private List<Pod> pods(String namespace) {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  private void resources(String name, Supplier<List<? extends HasMetadata>> list) {
    write(name + ".yaml", () -> Serialization.asYaml(list.get()));
  }

  private void logs(String namespace) {
    try {
      for (var pod : pods(namespace)) {
        var name = pod.getMetadata().getName();
        var resource = client.pods().inNamespace(namespace).withName(name);
        write("%s/%s.log".formatted(namespace, name), resource::getLog);
        var restarted =
            pod.getStatus().getContainerStatuses().stream()
                .anyMatch(container -> container.getRestartCount() > 0);
        if (restarted) {
          write(
              "%s/%s.previous.log".formatted(namespace, name),
              () -> resource.terminated().getLog());
        }
      }
    } catch (KubernetesClientException e) {
      write(namespace + "/logs", e::toString);
    }
  }

  private void write(String name, Supplier<String> text) {
    var file = directory.resolve(name);
    try {
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, textOrError(text));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + directory, e);
    }
  }

  private static String textOrError(Supplier<String> text) {
    try {
      return String.valueOf(text.get());
    } catch (KubernetesClientException e) {
      return "not available: " + e;
    }
  }
}
