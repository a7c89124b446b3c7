// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pgmend.api.v1alpha1.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** The schemas of our CRDs, as the manifests in this build state them. */
final class CrdSchema {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Map<String, String> FILES =
      Map.of(
          "PgCluster", "pgclusters.pgmend.dev.yaml",
          "TuningPolicy", "tuningpolicies.pgmend.dev.yaml",
          "HealingAction", "healingactions.pgmend.dev.yaml");

  private CrdSchema() {}

  /** A copy of the OpenAPI schema of a kind; empty if the kind is not ours. */
  static Optional<JsonNode> of(String kind) {
    var file = FILES.get(kind);
    if (file == null) {
      return Optional.empty();
    }
    try (var stream = Api.class.getClassLoader().getResourceAsStream(Api.MANIFESTS + file)) {
      return Optional.of(YAML.readTree(stream).at("/spec/versions/0/schema/openAPIV3Schema"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
