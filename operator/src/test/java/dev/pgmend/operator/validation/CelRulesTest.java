// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CelRulesTest {
  @ParameterizedTest
  @ValueSource(strings = {"PgCluster", "TuningPolicy", "HealingAction"})
  void compilesTheRulesOfEachKind(String kind) {
    assertThat(CelRules.problems(kind, JsonNodeFactory.instance.objectNode())).isEmpty();
  }

  @Test
  void acceptsWhatAnApiServerAccepts() {
    assertThat(CelRules.problems(cluster("{provider: {connection: {secretRef: {name: a}}}}")))
        .isEmpty();
    assertThat(
            CelRules.problems(
                policy("{selector: {matchLabels: {a: b}}, budget: {perCluster: 2, perFleet: 4}}")))
        .isEmpty();
    assertThat(
            CelRules.problems(read(HealingAction.class, "{clusterRef: {name: a}, type: Vacuum}")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{selector: {}, budget: {perCluster: 5, perFleet: 2}} | spec.budget: ",
        "{selector: {}, thresholds: {IndexBloat: '50'}} | thresholds",
        "{selector: {}, actions: {reindex: Auto}} | actions",
        "{selector: {matchExpressions: [{key: a, operator: In}]}} | spec.selector.matchExpressions[0]: "
      })
  void reportsABrokenRuleWithItsPath(String spec, String part) {
    assertThat(CelRules.problems(policy(spec)))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains(part));
  }

  @Test
  void reportsARuleOfANestedObject() {
    assertThat(
            CelRules.problems(
                cluster(
                    "{provider: {connection: {secretRef: {name: a}}}, learner: {gpu: {enabled: true}}}")))
        .singleElement()
        .satisfies(problem -> assertThat(problem).startsWith("spec.learner: "));
  }

  @Test
  void knowsNoRuleOfOtherKinds() throws IOException {
    assertThat(CelRules.problems("Secret", new YAMLMapper().readTree("{data: {a: b}}"))).isEmpty();
  }

  private static PgCluster cluster(String spec) {
    return read(PgCluster.class, spec);
  }

  private static TuningPolicy policy(String spec) {
    return read(TuningPolicy.class, spec);
  }

  private static <R extends HasMetadata> R read(Class<R> kind, String spec) {
    return Serialization.unmarshal(
        "--- {apiVersion: pgmend.dev/v1alpha1, kind: %s, metadata: {name: a}, spec: %s}"
            .formatted(kind.getSimpleName(), spec),
        kind);
  }
}
