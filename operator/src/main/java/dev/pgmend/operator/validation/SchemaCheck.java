// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Checks a manifest against the schema and the CEL rules of its CRD, as the API server would. It
 * also refuses fields that the schema does not know: they are misspelled.
 */
public final class SchemaCheck {
  private static final ConcurrentMap<String, Optional<JsonSchema>> SCHEMAS =
      new ConcurrentHashMap<>();

  private static final List<String> EXTENSIONS =
      List.of(
          "x-kubernetes-validations",
          "x-kubernetes-list-type",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-preserve-unknown-fields",
          "x-kubernetes-int-or-string");

  private SchemaCheck() {}

  /** Sentences for the user; empty if the manifest is valid, or of a kind that is not ours. */
  public static List<String> problems(String kind, JsonNode manifest) {
    var problems =
        SCHEMAS
            .computeIfAbsent(kind, SchemaCheck::load)
            .map(schema -> schema.validate(manifest).stream().map(ValidationMessage::getMessage))
            .map(messages -> messages.sorted().toList())
            .orElse(List.of());
    // A rule may be written for values that the schema allows.
    return problems.isEmpty() ? CelRules.problems(kind, manifest) : problems;
  }

  private static Optional<JsonSchema> load(String kind) {
    return CrdSchema.of(kind).map(SchemaCheck::strict);
  }

  private static JsonSchema strict(JsonNode schema) {
    closeObjects(schema);
    // The schema of a CRD leaves out what every resource has.
    if (schema.path("properties") instanceof ObjectNode properties) {
      properties.putObject("apiVersion");
      properties.putObject("kind");
      properties.putObject("metadata");
    }
    return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(schema);
  }

  private static void closeObjects(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("properties") instanceof ObjectNode
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    if (node instanceof ObjectNode object) {
      // Extensions of Kubernetes, which the validator has no meaning for.
      object.remove(EXTENSIONS);
    }
    node.forEach(SchemaCheck::closeObjects);
  }
}
