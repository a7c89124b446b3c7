package dev.pgmend.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.pgmend.api.v1alpha1.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Holds a manifest against the schema of its CRD, as the API server would, and is strict about
 * fields that the schema does not know: those are misspelt ones.
 */
final class SchemaCheck {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final ConcurrentMap<String, Optional<JsonSchema>> SCHEMAS =
      new ConcurrentHashMap<>();
  private static final Map<String, String> CRD_FILES =
      Map.of(
          "PgCluster", "pgclusters.pgmend.dev.yaml",
          "TuningPolicy", "tuningpolicies.pgmend.dev.yaml");

  private static final List<String> EXTENSIONS =
      List.of(
          "x-kubernetes-validations",
          "x-kubernetes-list-type",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-preserve-unknown-fields",
          "x-kubernetes-int-or-string");

  private SchemaCheck() {}

  /** Sentences for the user; empty if the manifest is valid, or of a kind that is not ours. */
  static List<String> problems(String kind, JsonNode manifest) {
    return SCHEMAS
        .computeIfAbsent(kind, SchemaCheck::load)
        .map(schema -> schema.validate(manifest).stream().map(ValidationMessage::getMessage))
        .map(messages -> messages.sorted().toList())
        .orElse(List.of());
  }

  private static Optional<JsonSchema> load(String kind) {
    var file = CRD_FILES.get(kind);
    if (file == null) {
      return Optional.empty();
    }
    try (var stream = Api.class.getClassLoader().getResourceAsStream(Api.MANIFESTS + file)) {
      var schema = YAML.readTree(stream).at("/spec/versions/0/schema/openAPIV3Schema").deepCopy();
      closeObjects(schema);
      // What every resource has, the schema of a CRD leaves out.
      if (schema.path("properties") instanceof ObjectNode properties) {
        properties.putObject("apiVersion");
        properties.putObject("kind");
        properties.putObject("metadata");
      }
      return Optional.of(JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
