// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes docs/reference/api.md from the CRDs. */
final class ApiReference {
  private static final String HEAD =
      """
      # API reference

      Group `pgmend.dev`, version `v1alpha1`. This page is generated from the CRDs. `kubectl explain` shows the same
      texts.

      * [PgCluster](#pgcluster)
      * [TuningPolicy](#tuningpolicy)
      * [HealingAction](#healingaction)

      Formats:

      * Quantity: a number with an optional suffix, such as `10Gi`, `500M`, `1500m` or `2`.
      * Duration: whole numbers with the units `ms`, `s`, `m`, `h` and `d`, such as `90s` or `1h30m`.
      * Time: RFC 3339, such as `2026-01-05T03:00:00Z`.

      A field in **bold** is required. `[]` stands for each element of a list.
      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  private ApiReference() {}

  static String generate() {
    var reference = new ApiReference();
    for (var kind : List.of(PgCluster.KIND, TuningPolicy.KIND, HealingAction.KIND)) {
      reference.resource(
          Manifests.definitions().stream()
              .filter(crd -> crd.getSpec().getNames().getKind().equals(kind))
              .findFirst()
              .orElseThrow());
    }
    return reference.page.toString();
  }

  private void resource(CustomResourceDefinition definition) {
    var names = definition.getSpec().getNames();
    var version = definition.getSpec().getVersions().getFirst();
    var schema = version.getSchema().getOpenAPIV3Schema();
    page.append("\n## %s\n\n%s\n".formatted(names.getKind(), schema.getDescription()));
    page.append(
        "Plural `%s`, short name `%s`. Namespaced.\n"
            .formatted(names.getPlural(), names.getShortNames().getFirst()));
    for (var part : List.of("spec", "status")) {
      var section = Manifests.property(schema, part);
      page.append(
          "\n### %s %s\n\n%s\n\n".formatted(names.getKind(), part, section.getDescription()));
      page.append("| field | type | description |\n|---|---|---|\n");
      var rules = new StringBuilder();
      rows(part, section, rules);
      if (!rules.isEmpty()) {
        page.append("\nRules that the API server checks:\n\n").append(rules);
      }
    }
  }

  private void rows(String path, JSONSchemaProps schema, StringBuilder rules) {
    schema
        .getXKubernetesValidations()
        .forEach(rule -> {
          var line = "* `%s`: %s\n".formatted(path, rule.getMessage());
          if (rules.indexOf(line) < 0) {
            rules.append(line);
          }
        });
    if (schema.getProperties() == null) {
      return;
    }
    var required =
        schema.getRequired() == null ? Set.<String>of() : Set.copyOf(schema.getRequired());
    for (var name : new TreeSet<>(schema.getProperties().keySet())) {
      var property = Manifests.property(schema, name);
      var field = path + "." + name;
      page.append(
          "| %s | %s | %s |\n"
              .formatted(
                  required.contains(name) ? "**`" + field + "`**" : "`" + field + "`",
                  type(property),
                  description(property)));
      rows(field, property, rules);
      if (property.getItems() != null) {
        rows(field + "[]", property.getItems().getSchema(), rules);
      }
      if (property.getAdditionalProperties() != null) {
        rows(field + ".KEY", property.getAdditionalProperties().getSchema(), rules);
      }
    }
  }

  private static String type(JSONSchemaProps schema) {
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      return "quantity";
    }
    if (schema.getEnum() != null && !schema.getEnum().isEmpty()) {
      return schema.getEnum().stream()
          .map(value -> "`" + value.asText() + "`")
          .collect(Collectors.joining(", "));
    }
    return switch (schema.getType()) {
      case "array" -> "list of " + type(schema.getItems().getSchema());
      case "object" ->
          schema.getAdditionalProperties() == null
              ? "object"
              : "map of " + type(schema.getAdditionalProperties().getSchema());
      case "string" -> "date-time".equals(schema.getFormat()) ? "time" : text(schema.getPattern());
      default -> schema.getType();
    };
  }

  private static String text(@Nullable String pattern) {
    return Durations.PATTERN.equals(pattern) ? "duration" : "string";
  }

  private static String description(JSONSchemaProps schema) {
    return schema.getDescription().replace("|", "\\|").replace("\n", " ");
  }
}
