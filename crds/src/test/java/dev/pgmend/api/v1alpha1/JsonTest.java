// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
  private static List<CustomResource<?, ?>> fullResources() {
    return Samples.full();
  }

  private static List<CustomResource<?, ?>> emptyResources() {
    return List.of(new PgCluster(), new TuningPolicy(), new HealingAction());
  }

  @ParameterizedTest
  @MethodSource("fullResources")
  void fullResourceSurvivesARoundTrip(CustomResource<?, ?> resource) {
    String json = Serialization.asJson(resource);
    CustomResource<?, ?> back = Serialization.unmarshal(json, resource.getClass());
    assertThat(back.getSpec()).isEqualTo(resource.getSpec());
    assertThat(back.getStatus()).isEqualTo(resource.getStatus());
    assertThat(Serialization.asJson(back)).isEqualTo(json);
  }

  @ParameterizedTest
  @MethodSource("fullResources")
  void samplesSetEveryField(CustomResource<?, ?> resource) {
    var definition =
        Manifests.definitions().stream()
            .filter(crd -> crd.getSpec().getNames().getKind().equals(resource.getKind()))
            .findFirst()
            .orElseThrow();
    var schema = definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    JsonNode json = tree(resource);
    for (String part : List.of("spec", "status")) {
      assertThat(json.get(part).propertyStream().map(Map.Entry::getKey))
          .containsExactlyInAnyOrderElementsOf(
              Manifests.property(schema, part).getProperties().keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("emptyResources")
  void newResourceHasNeitherSpecNorStatus(CustomResource<?, ?> resource) {
    assertThat(resource.getSpec()).isNull();
    assertThat(resource.getStatus()).isNull();
    JsonNode json = tree(resource);
    assertThat(json.has("spec")).isFalse();
    assertThat(json.has("status")).isFalse();
    assertThat(json.get("apiVersion").asText()).isEqualTo("pgmend.dev/v1alpha1");
  }

  @Test
  void absentFieldsAreNotWritten() {
    assertThat(Serialization.asJson(PgClusterStatus.EMPTY)).isEqualTo("{}");
    assertThat(Serialization.asJson(HealingActionStatus.EMPTY)).isEqualTo("{}");
    assertThat(Serialization.asJson(TuningPolicyStatus.EMPTY)).isEqualTo("{}");
    assertThat(Serialization.asJson(TuningPolicySpec.of(Selector.ALL)))
        .isEqualTo("{\"selector\":{}}");
    assertThat(Serialization.asJson(LearnerSpec.DEFAULTS)).isEqualTo("{}");
  }

  @Test
  void quantitiesCanBeNumbers() {
    var resources =
        Serialization.unmarshal("{\"requests\":{\"cpu\":1,\"memory\":\"1Gi\"}}", Resources.class);
    assertThat(resources.requests()).isEqualTo(Map.of("cpu", "1", "memory", "1Gi"));
  }

  @Test
  void zeroAndFalseAreWritten() {
    assertThat(Serialization.asJson(FindingCounts.NONE))
        .isEqualTo("{\"critical\":0,\"warning\":0,\"info\":0,\"notListed\":0}");
    var spec = new PgClusterSpec(Provider.connection("shop"), null, false, null, null);
    assertThat(Serialization.asJson(spec)).contains("\"paused\":false");
  }

  @Test
  void unknownFieldsAreIgnored() {
    var spec =
        Serialization.unmarshal(
            "{\"provider\":{\"connection\":{\"secretRef\":{\"name\":\"a\"},\"later\":1}},\"later\":{}}",
            PgClusterSpec.class);
    assertThat(spec).isEqualTo(PgClusterSpec.of(Provider.connection("a")));
  }

  @Test
  void listsAndMapsAreCopiedInOrder() {
    var evidence = new LinkedHashMap<String, String>();
    List.of("z", "a", "m", "b", "y").forEach(key -> evidence.put(key, key));
    var statements = new ArrayList<>(List.of("SELECT 1"));
    var finding = new HealingActionSpec.Finding("D", Severity.Info, null, evidence);
    var measured = new Measurement(null, null, List.of(), List.of(), List.of(), evidence);
    var spec =
        new HealingActionSpec(
            HealingActionSpec.ClusterRef.named("c"),
            "T",
            null,
            finding,
            statements,
            List.of(),
            null,
            null,
            null);
    evidence.clear();
    statements.clear();
    assertThat(finding.evidence().keySet()).containsExactly("z", "a", "m", "b", "y");
    assertThat(measured.facts().keySet()).containsExactly("z", "a", "m", "b", "y");
    assertThat(spec.statements()).containsExactly("SELECT 1");
    assertThatThrownBy(() -> finding.evidence().put("q", "q"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void statementTextIsCutBetweenCharacters() {
    assertThat(statement("x".repeat(200)).query()).hasSize(200);
    assertThat(statement("x".repeat(300)).query()).isEqualTo("x".repeat(200));
    assertThat(statement("x".repeat(199) + "\uD83D\uDC18".repeat(9)).query())
        .isEqualTo("x".repeat(199));
    assertThat(statement("x".repeat(198) + "\uD83D\uDC18".repeat(9)).query())
        .isEqualTo("x".repeat(198) + "\uD83D\uDC18");
  }

  private static Measurement.Statement statement(String query) {
    return new Measurement.Statement("1", query, true, 1, "1");
  }

  private static JsonNode tree(CustomResource<?, ?> resource) {
    return Serialization.unmarshal(Serialization.asJson(resource), JsonNode.class);
  }
}
