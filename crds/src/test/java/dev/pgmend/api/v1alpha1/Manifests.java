// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The CRDs that the generator makes from the classes. */
final class Manifests {
  static final List<Class<? extends HasMetadata>> KINDS =
      List.of(PgCluster.class, TuningPolicy.class, HealingAction.class);

  /** Where the manifests are kept; Maven runs the tests in the folder of the module. */
  static final Path FOLDER = Path.of("manifests");

  /** Where the chart has them: Helm installs from there, also from a checkout. */
  static final Path CHART = Path.of("../helm/pgmend/crds");

  private Manifests() {}

  /** The YAML of each CRD by the name of its file. */
  static Map<String, String> generate() {
    var output = new InMemory();
    new CRDGenerator()
        .customResourceClasses(KINDS)
        .forCRDVersions("v1")
        .withMinQuotes(true)
        .withPostProcessor(new Finish())
        .withOutput(output)
        .generate();
    return output.byFileName();
  }

  /** The CRDs as objects. */
  static List<CustomResourceDefinition> definitions() {
    return generate().values().stream()
        .map(yaml -> Serialization.unmarshal(yaml, CustomResourceDefinition.class))
        .toList();
  }

  /** The schema of a property that is there. */
  static JSONSchemaProps property(JSONSchemaProps parent, String name) {
    return Objects.requireNonNull(
        parent.getProperties().get(name), () -> "The schema has no property " + name);
  }

  /** Adds what the generator cannot know. */
  private static final class Finish implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata resource, String crdSpecVersion) {
      var definition = (CustomResourceDefinition) resource;
      var version = definition.getSpec().getVersions().getFirst();
      var schema = version.getSchema().getOpenAPIV3Schema();
      inTheOrderOfTheClass(definition, version.getAdditionalPrinterColumns());
      SchemaFormats.apply(property(schema, "spec"), getterType(definition, "getSpec"));
      SchemaFormats.apply(property(schema, "status"), getterType(definition, "getStatus"));
      schema.setDescription(kind(definition).getAnnotation(JsonClassDescription.class).value());
      return definition;
    }

    private static Class<?> getterType(CustomResourceDefinition definition, String getter) {
      try {
        return kind(definition).getMethod(getter).getReturnType();
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e);
      }
    }

    // The generator sorts the columns by path; kubectl shows them in the order of the manifest.
    private static void inTheOrderOfTheClass(
        CustomResourceDefinition definition, List<CustomResourceColumnDefinition> columns) {
      List<String> names =
          Arrays.stream(kind(definition).getAnnotationsByType(AdditionalPrinterColumn.class))
              .map(AdditionalPrinterColumn::name)
              .toList();
      columns.sort(Comparator.comparingInt(column -> names.indexOf(column.getName())));
    }

    private static Class<? extends HasMetadata> kind(CustomResourceDefinition definition) {
      String name = definition.getSpec().getNames().getKind();
      return KINDS.stream()
          .filter(kind -> HasMetadata.getKind(kind).equals(name))
          .findFirst()
          .orElseThrow();
    }
  }

  private static final class InMemory implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
    private final Map<String, ByteArrayOutputStream> streams = new TreeMap<>();

    @Override
    public ByteArrayOutputStream outputFor(String crdName) {
      var stream = new ByteArrayOutputStream();
      streams.put(crdName, stream);
      return stream;
    }

    @Override
    public void close() {}

    Map<String, String> byFileName() {
      var files = new TreeMap<String, String>();
      streams.forEach((name, stream) ->
          files.put(name.replaceFirst("-v1$", "") + ".yaml", stream.toString(UTF_8)));
      return files;
    }
  }
}
