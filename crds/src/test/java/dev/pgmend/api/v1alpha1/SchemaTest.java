// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {
  private static List<CustomResourceDefinition> definitions() {
    return Manifests.definitions();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyFieldHasADescription(CustomResourceDefinition definition) {
    walk(
        definition,
        (path, schema) -> assertThat(schema.getDescription()).as(path).isNotNull().endsWith("."));
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyDescriptionNamesTheDefault(CustomResourceDefinition definition) {
    walk(
        definition,
        (path, schema) -> {
          if (schema.getDefault() != null) {
            assertThat(schema.getDescription()).as(path).contains("Default ");
          }
        });
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyFieldHasAType(CustomResourceDefinition definition) {
    walk(
        definition,
        (path, schema) -> {
          if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            assertThat(schema.getPattern()).as(path).startsWith("^");
          } else {
            assertThat(schema.getType()).as(path).isNotNull();
          }
          assertThat(schema.getXKubernetesPreserveUnknownFields()).as(path).isNull();
        });
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyRuleSaysHowToComply(CustomResourceDefinition definition) {
    walk(
        definition,
        (path, schema) -> {
          for (var rule : schema.getXKubernetesValidations()) {
            assertThat(rule.getMessage()).as(path).isNotBlank().contains(":");
          }
        });
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyKindHasStatusAndConditions(CustomResourceDefinition definition) {
    var version = version(definition);
    assertThat(version.getSubresources().getStatus()).isNotNull();
    var status = Manifests.property(version.getSchema().getOpenAPIV3Schema(), "status");
    assertThat(status.getProperties()).containsKeys("observedGeneration", "conditions");
    assertThat(version.getSchema().getOpenAPIV3Schema().getRequired()).containsExactly("spec");
    assertThat(version.getSchema().getOpenAPIV3Schema().getDescription()).endsWith(".");
    assertThat(definition.getSpec().getScope()).isEqualTo("Namespaced");
    assertThat(definition.getSpec().getGroup()).isEqualTo("pgmend.dev");
  }

  @ParameterizedTest
  @EnumSource(HealingPhase.class)
  void schemaHasEveryPhase(HealingPhase phase) {
    var status = fields("HealingAction").get("status.phase");
    assertThat(status).isNotNull();
    assertThat(status.getEnum()).extracting(node -> node.asText()).contains(phase.name());
    assertThat(status.getEnum()).hasSize(HealingPhase.values().length);
  }

  @Test
  void columnsShowStateAndProgress() {
    assertThat(columns("PgCluster"))
        .containsExactly("Ready", "Health", "Critical", "Warning", "Last Action", "Phase", "Age");
    assertThat(columns("HealingAction"))
        .containsExactly(
            "Cluster", "Type", "Relation", "Index", "Phase", "Progress%", "Improvement%", "Age");
    assertThat(columns("TuningPolicy"))
        .containsExactly("Mode", "Priority", "Clusters", "Ready", "Age");
  }

  @Test
  void defaultsOfPgClusterAreEqualInSchemaAndJava() {
    var java = new TreeMap<String, Object>();
    var cluster = PgClusterSpec.of(Provider.connection("shop"));
    java.put("spec.paused", cluster.pausedOrDefault());
    java.put("spec.inspectionInterval", cluster.inspectionIntervalOrDefault());
    var learner = cluster.learnerOrDefault();
    java.put("spec.learner.enabled", learner.enabledOrDefault());
    java.put("spec.learner.samplingInterval", learner.samplingIntervalOrDefault());
    java.put("spec.learner.overheadBudgetPercent", learner.overheadBudgetPercentOrDefault());
    java.put("spec.learner.gpu.enabled", learner.gpuOrDefault().enabledOrDefault());
    java.put("spec.learner.gpu.resourceName", learner.gpuOrDefault().resourceNameOrDefault());
    java.put("spec.learner.gpu.count", learner.gpuOrDefault().countOrDefault());
    var advanced = learner.advancedOrDefault();
    java.put("spec.learner.advanced.attention", advanced.attentionOrDefault());
    java.put("spec.learner.advanced.microLoraRank", advanced.microLoraRankOrDefault());
    java.put("spec.learner.advanced.ewcLambda", advanced.ewcLambdaOrDefault());
    java.put("spec.learner.storage.size", learner.storageOrDefault().sizeOrDefault());
    assertThat(java).isEqualTo(defaults("PgCluster", java));
  }

  @Test
  void defaultsOfTuningPolicyAreEqualInSchemaAndJava() {
    var java = new TreeMap<String, Object>();
    var policy = TuningPolicySpec.of(Selector.ALL);
    java.put("spec.priority", policy.priorityOrDefault());
    java.put("spec.mode", policy.modeOrDefault());
    var budget = policy.budgetOrDefault();
    java.put("spec.budget.perCluster", budget.perClusterOrDefault());
    java.put("spec.budget.perFleet", budget.perFleetOrDefault());
    java.put("spec.budget.minFreeDiskPercent", budget.minFreeDiskPercentOrDefault());
    java.put("spec.budget.maxReplicaLag", budget.maxReplicaLagOrDefault());
    var verification = policy.verificationOrDefault();
    java.put("spec.verification.window", verification.windowOrDefault());
    java.put(
        "spec.verification.maxRegressionPercent", verification.maxRegressionPercentOrDefault());
    java.put("spec.verification.rollback", verification.rollbackOrDefault());
    java.put("spec.verification.notEnoughTraffic", verification.notEnoughTrafficOrDefault());
    java.put(
        "spec.windows[].timeZone",
        new TuningPolicySpec.Window("0 2 * * 6", "1h", null).timeZoneOrDefault());
    assertThat(java).isEqualTo(defaults("TuningPolicy", java));
  }

  @Test
  void noFieldButTheSeriesOfMeasurementsIsAFloat() {
    var floats = new TreeSet<String>();
    for (var definition : definitions()) {
      walk(
          definition,
          (path, schema) -> {
            if ("number".equals(schema.getType())
                || (schema.getItems() != null
                    && "number".equals(schema.getItems().getSchema().getType()))) {
              floats.add(path);
            }
          });
    }
    assertThat(floats)
        .containsExactly(
            "status.after.affectedSeries",
            "status.after.controlSeries",
            "status.before.affectedSeries",
            "status.before.controlSeries");
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void integersAndTimesHaveAFormat(CustomResourceDefinition definition) {
    walk(
        definition,
        (path, schema) -> {
          var name = path.replaceFirst(".*[.]", "");
          if ("integer".equals(schema.getType())) {
            assertThat(schema.getFormat()).as(path).isIn("int32", "int64");
          } else if (name.matches("at|.*At|since|from|to|.*Time|lastInspection")) {
            assertThat(schema.getFormat()).as(path).isEqualTo("date-time");
          } else {
            assertThat(schema.getFormat()).as(path).isNull();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void conditionsHaveTheFieldsThatKubernetesRequires(CustomResourceDefinition definition) {
    var status = Manifests.property(version(definition).getSchema().getOpenAPIV3Schema(), "status");
    var conditions = Manifests.property(status, "conditions");
    assertThat(conditions.getItems().getSchema().getRequired())
        .containsExactlyInAnyOrder("type", "status", "reason", "message", "lastTransitionTime");
    assertThat(conditions.getXKubernetesListMapKeys()).containsExactly("type");
  }

  @Test
  void healingActionHasNoDefaults() {
    assertThat(defaults("HealingAction", Map.of())).isEmpty();
  }

  /** The defaults of the schema, each as the type that Java has at the same path. */
  private static Map<String, Object> defaults(String kind, Map<String, Object> types) {
    var defaults = new TreeMap<String, Object>();
    fields(kind)
        .forEach((path, schema) -> {
          var value = schema.getDefault();
          if (value != null) {
            defaults.put(
                path,
                switch (types.get(path)) {
                  case Boolean _ -> value.asBoolean();
                  case Integer _ -> value.asInt();
                  case Duration _ -> Durations.parse(value.asText());
                  case ZoneId _ -> ZoneId.of(value.asText());
                  case Enum<?> constant -> constantNamed(constant, value.asText());
                  case null -> fail("Java has no default for " + path);
                  default -> value.asText();
                });
          }
        });
    return defaults;
  }

  private static Object constantNamed(Enum<?> sibling, String name) {
    return Arrays.stream(sibling.getDeclaringClass().getEnumConstants())
        .filter(constant -> constant.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> columns(String kind) {
    return version(definition(kind)).getAdditionalPrinterColumns().stream()
        .filter(column -> column.getPriority() == 0)
        .map(column -> column.getName())
        .toList();
  }

  private static CustomResourceDefinition definition(String kind) {
    return definitions().stream()
        .filter(definition -> definition.getSpec().getNames().getKind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static CustomResourceDefinitionVersion version(CustomResourceDefinition definition) {
    return definition.getSpec().getVersions().getFirst();
  }

  private static Map<String, JSONSchemaProps> fields(String kind) {
    var fields = new TreeMap<String, JSONSchemaProps>();
    walk(definition(kind), fields::put);
    return fields;
  }

  private static void walk(
      CustomResourceDefinition definition, BiConsumer<String, JSONSchemaProps> visit) {
    walk("", version(definition).getSchema().getOpenAPIV3Schema(), visit);
  }

  private static void walk(
      String prefix, JSONSchemaProps parent, BiConsumer<String, JSONSchemaProps> visit) {
    if (parent.getProperties() == null) {
      return;
    }
    for (String name : new TreeSet<>(parent.getProperties().keySet())) {
      var schema = Manifests.property(parent, name);
      String path = prefix + name;
      visit.accept(path, schema);
      walk(path + ".", schema, visit);
      if (schema.getItems() != null) {
        walk(path + "[].", schema.getItems().getSchema(), visit);
      }
      if (schema.getAdditionalProperties() != null) {
        walk(path + "{}.", schema.getAdditionalProperties().getSchema(), visit);
      }
    }
  }
}
