// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.chart;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The chart, rendered by Helm. */
public final class Chart {
  /** Maven runs the tests in the directory of the module. */
  public static final Path FOLDER = Path.of("../helm/pgmend");

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /** Name of the release in the tests. */
  static final String NAMESPACE = "databases";

  private final List<HasMetadata> resources;

  private Chart(List<HasMetadata> resources) {
    this.resources = resources;
  }

  /**
   * Renders it for a cluster of today.
   *
   * @param values as in a values file
   */
  public static Chart render(String values) {
    return render(values, "1.34.0");
  }

  /** Renders the chart for a version of Kubernetes. */
  static Chart render(String values, String kubernetes) {
    try {
      var file = Files.createTempFile("values-", ".yaml");
      try {
        Files.writeString(file, values);
        return new Chart(
            parse(
                new Helm(FOLDER)
                    .template()
                    .withName("pgmend")
                    .withNamespace(NAMESPACE)
                    .withKubeVersion(kubernetes)
                    .withValuesFile(file)
                    .call()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All resources except CRDs. */
  List<HasMetadata> resources() {
    return resources;
  }

  /** All resources of a kind. */
  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return resources.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The only resource of a kind. */
  <T extends HasMetadata> T only(Class<T> kind) {
    var all = all(kind);
    if (all.size() != 1) {
      throw new AssertionError("%d of kind %s".formatted(all.size(), kind.getSimpleName()));
    }
    return all.getFirst();
  }

  /** The operator's rights in the namespaces that it manages. */
  public List<PolicyRule> operatorRules() {
    return clusterRole("databases-pgmend").orElseThrow().getRules();
  }

  /** The Role with a name. */
  public Role role(String name) {
    return all(Role.class).stream()
        .filter(role -> role.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The ClusterRole with a name. */
  Optional<ClusterRole> clusterRole(String name) {
    return all(ClusterRole.class).stream()
        .filter(role -> role.getMetadata().getName().equals(name))
        .findFirst();
  }

  private static List<HasMetadata> parse(String yaml) {
    return Arrays.stream(yaml.split("(?m)^---\\s*$"))
        .filter(document -> document.lines().anyMatch(line -> line.startsWith("kind:")))
        .map(document -> (HasMetadata) YAML.unmarshal(document))
        .toList();
  }
}
