// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.operator.validation.SchemaCheck;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a directory of manifests and applies them, as GitOps would. */
public final class Manifests {
  private static final String DEFAULT_NAMESPACE = "default";
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      new TreeMap<>(
          Map.of(
              PgCluster.KIND,
              PgCluster.class,
              TuningPolicy.KIND,
              TuningPolicy.class,
              "Secret",
              Secret.class));
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final YAMLMapper YAML = new YAMLMapper();

  private final List<HasMetadata> resources;

  private Manifests(List<HasMetadata> resources) {
    this.resources = resources;
  }

  /**
   * Reads every {@code .yaml}, {@code .yml} and {@code .json} below the directory.
   *
   * @throws BadManifestsException if one cannot be read, or is of an unknown kind
   */
  public static Manifests read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new BadManifestsException(directory + " is not a directory; --manifests takes one");
    }
    var resources = new ArrayList<HasMetadata>();
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(Manifests::isManifest).sorted().toList()) {
        resources.addAll(readFile(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (resources.stream().noneMatch(PgCluster.class::isInstance)) {
      throw new BadManifestsException(
          "no PgCluster in " + directory + "; add one, or pgmend has nothing to manage");
    }
    return new Manifests(resources);
  }

  /** Creates or updates the resources. */
  public void apply(KubernetesClient client) {
    for (var resource : resources) {
      if (resource.getMetadata().getNamespace() == null) {
        var namespace = client.getNamespace();
        resource.getMetadata().setNamespace(namespace == null ? DEFAULT_NAMESPACE : namespace);
      }
      var handle = client.resource(resource);
      try {
        if (handle.get() == null) {
          handle.create();
        } else {
          handle.patch();
        }
      } catch (KubernetesClientException e) {
        throw new BadManifestsException(
            "%s %s is refused: %s"
                .formatted(resource.getKind(), resource.getMetadata().getName(), e.getMessage()));
      }
    }
  }

  private static boolean isManifest(Path path) {
    var name = path.getFileName().toString();
    return Files.isRegularFile(path)
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  private static List<HasMetadata> readFile(Path file) {
    try (var documents = YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      var resources = new ArrayList<HasMetadata>();
      while (documents.hasNextValue()) {
        var document = (JsonNode) documents.nextValue();
        if (!document.isNull() && !document.isMissingNode()) {
          resources.add(read(file, document));
        }
      }
      return resources;
    } catch (IOException e) {
      throw new BadManifestsException(file + ": " + firstLine(e));
    }
  }

  private static HasMetadata read(Path file, JsonNode document) {
    var kind = document.path("kind").asText("");
    var type = KINDS.get(kind);
    if (type == null) {
      throw new BadManifestsException(
          "%s holds a %s; --manifests takes %s"
              .formatted(file, kind.isEmpty() ? "document without a kind" : kind, KINDS.keySet()));
    }
    var name = document.path("metadata").path("name").asText("");
    if (name.isEmpty()) {
      throw new BadManifestsException("%s: %s has no metadata.name".formatted(file, kind));
    }
    var problems = SchemaCheck.problems(kind, document);
    if (!problems.isEmpty()) {
      throw new BadManifestsException(
          "%s: %s %s: %s".formatted(file, kind, name, String.join("; ", problems)));
    }
    try {
      return SERIALIZATION.convertValue(document, type);
    } catch (IllegalArgumentException e) {
      throw new BadManifestsException("%s: %s %s: %s".formatted(file, kind, name, firstLine(e)));
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
  }
}
