// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real API server says to resources, good and bad ones. */
class CrdServerTest {
  private static final String KUBECONFIG = "CRD_SERVER_KUBECONFIG";
  private static final String NAMESPACE = "default";
  private static final String PROVIDER = "provider: {connection: {secretRef: {name: a}}}";
  private static final String REST =
      "reason: R, message: M, lastTransitionTime: '2026-01-02T03:04:05Z'";
  private static final String BARE_ACTION = "{clusterRef: {name: a}, type: Vacuum}";
  private static final String ESTABLISHED = "\"status\":\"True\",\"type\":\"Established\"";
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static @Nullable KubernetesClient client;

  @BeforeAll
  static void installTheManifests() {
    String kubeconfig = System.getenv(KUBECONFIG);
    assumeTrue(
        kubeconfig != null,
        "the rules of the schema are tested against a real API server: start one of Kubernetes 1.29"
            + " or later, of which this test may replace the CRDs of pgmend.dev, and set "
            + KUBECONFIG
            + " to its kubeconfig");
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Path.of(kubeconfig).toFile()))
            .build();
    for (CustomResourceDefinition definition : Manifests.definitions()) {
      var crd = client().apiextensions().v1().customResourceDefinitions().resource(definition);
      crd.delete();
      crd.waitUntilCondition(Objects::isNull, 30, TimeUnit.SECONDS);
      crd.create();
      crd.waitUntilCondition(CrdServerTest::established, 30, TimeUnit.SECONDS);
    }
  }

  @AfterAll
  static void disconnect() {
    if (client != null) {
      client.close();
    }
  }

  @AfterEach
  void removeWhatWasMade() {
    for (var kind : Manifests.KINDS) {
      client().resources(kind).inNamespace(NAMESPACE).delete();
    }
  }

  private static List<CustomResource<?, ?>> fullResources() {
    return Samples.full();
  }

  @ParameterizedTest
  @MethodSource("fullResources")
  void fullResourceIsStored(CustomResource<?, ?> resource) {
    CustomResource<?, ?> made = client().resource(resource).create();
    resource.getMetadata().setResourceVersion(made.getMetadata().getResourceVersion());
    CustomResource<?, ?> stored = client().resource(resource).updateStatus();
    assertThat(stored.getSpec()).isEqualTo(resource.getSpec());
    assertThat(stored.getStatus()).isEqualTo(resource.getStatus());
  }

  static Stream<Arguments> goodSpecs() {
    return Stream.of(
        good("PgCluster", "{provider: {connection: {secretRef: {name: a}}}}"),
        good("PgCluster", "{" + PROVIDER + ", inspectionInterval: 1h30m}"),
        good("PgCluster", "{provider: {connection: {secretRef: {name: a}, diskCapacity: 500Gi}}}"),
        good("PgCluster", "{" + PROVIDER + ", learner: {gpu: {count: 2}}}"),
        good(
            "PgCluster",
            "{" + PROVIDER + ", learner: {resources: {requests: {cpu: 1, memory: 1Gi}}}}"),
        good("TuningPolicy", "{selector: {}}"),
        good("TuningPolicy", "{selector: {}, budget: {perCluster: 5}}"),
        good("TuningPolicy", "{selector: {matchExpressions: [{key: a, operator: Exists}]}}"),
        good("TuningPolicy", "{selector: {}, budget: {maxActiveSessionsPerCore: 2}}"),
        good("TuningPolicy", "{selector: {}, budget: {maxActiveSessionsPerCore: 1500m}}"),
        good("TuningPolicy", "{selector: {}, budget: {maxIndexSize: 10Gi}}"),
        good("TuningPolicy", "{selector: {}, parameters: {bounds: [{name: work_mem, max: 1GB}]}}"),
        good("HealingAction", "{clusterRef: {name: a}, type: Vacuum}"));
  }

  @ParameterizedTest
  @MethodSource("goodSpecs")
  void goodSpecIsAccepted(String kind, String spec) {
    assertThat(create(kind, spec).getMetadata().getUid()).isNotBlank();
  }

  static Stream<Arguments> badSpecs() {
    return Stream.of(
        bad("PgCluster", "{}", "spec.provider: Required value"),
        bad("PgCluster", "{provider: {}}", "spec.provider.connection: Required value"),
        bad(
            "PgCluster",
            "{provider: {connection: {}}}",
            "spec.provider.connection.secretRef: Required value"),
        bad(
            "PgCluster",
            "{provider: {connection: {secretRef: {name: a}, diskCapacity: large}}}",
            "spec.provider.connection.diskCapacity in body should match"),
        bad("PgCluster", "{" + PROVIDER + ", inspectionInterval: 5}", "spec.inspectionInterval"),
        bad(
            "PgCluster",
            "{" + PROVIDER + ", inspectionInterval: 5 minutes}",
            "spec.inspectionInterval in body should match"),
        bad(
            "PgCluster",
            "{" + PROVIDER + ", inspectionInterval: 0s}",
            "spec.inspectionInterval in body should match"),
        bad(
            "PgCluster",
            "{" + PROVIDER + ", learner: {gpu: {enabled: true}}}",
            "set spec.learner.enabled to true"),
        bad(
            "PgCluster",
            "{" + PROVIDER + ", learner: {resources: {limits: {cpu: lots}}}}",
            "spec.learner.resources.limits.cpu in body should match"),
        bad(
            "PgCluster",
            "{" + PROVIDER + ", learner: {advanced: {attention: Some}}}",
            "spec.learner.advanced.attention: Unsupported value: \"Some\""),
        bad(
            "PgCluster",
            "{" + PROVIDER + ", learner: {overheadBudgetPercent: 0}}",
            "should be greater than or equal to 1"),
        bad(
            "TuningPolicy",
            "{selector: {}, budget: {maxActiveSessionsPerCore: 0}}",
            "should be greater than or equal to 1"),
        bad(
            "TuningPolicy",
            "{selector: {}, budget: {maxActiveSessionsPerCore: '0.0'}}",
            "spec.budget.maxActiveSessionsPerCore in body should match"),
        bad(
            "TuningPolicy",
            "{selector: {}, budget: {maxIndexSize: large}}",
            "spec.budget.maxIndexSize in body should match"),
        bad(
            "TuningPolicy",
            "{selector: {}, verification: {maxRegressionPercent: 2.5}}",
            "spec.verification.maxRegressionPercent"),
        bad(
            "TuningPolicy",
            "{selector: {}, budget: {maxBackupAge: yesterday}}",
            "spec.budget.maxBackupAge in body should match"),
        bad("TuningPolicy", "{}", "spec.selector: Required value"),
        bad(
            "TuningPolicy",
            "{selector: {}, mode: Manual}",
            "spec.mode: Unsupported value: \"Manual\""),
        bad(
            "TuningPolicy",
            "{selector: {}, actions: {Vacuum: Sometimes}}",
            "Unsupported value: \"Sometimes\""),
        bad(
            "TuningPolicy",
            "{selector: {}, actions: {reindex-concurrently: Auto}}",
            "write them in CamelCase"),
        bad(
            "TuningPolicy",
            "{selector: {}, thresholds: {minSavingPercent: '1'}}",
            "such as IndexBloat.minSavingPercent"),
        bad(
            "TuningPolicy",
            "{selector: {}, windows: [{schedule: '0 2 * * 6'}]}",
            "spec.windows[0].duration: Required value"),
        bad(
            "TuningPolicy",
            "{selector: {}, windows: [{schedule: daily, duration: 1h}]}",
            "spec.windows[0].schedule in body should match"),
        bad(
            "TuningPolicy",
            "{selector: {}, budget: {perCluster: 0}}",
            "spec.budget.perCluster in body should be greater than or equal to 1"),
        bad(
            "TuningPolicy",
            "{selector: {}, budget: {perCluster: 6}}",
            "raise perFleet or lower perCluster"),
        bad(
            "TuningPolicy",
            "{selector: {}, parameters: {bounds: [{name: work_mem}]}}",
            "set min, max or both"),
        bad(
            "TuningPolicy",
            "{selector: {}, parameters: {bounds: [{max: 1GB}]}}",
            "spec.parameters.bounds[0].name: Required value"),
        bad(
            "TuningPolicy",
            "{selector: {}, parameters: {bounds: [{name: a, max: '1'}, {name: a, max: '2'}]}}",
            "spec.parameters.bounds[1]: Duplicate value"),
        bad(
            "TuningPolicy",
            "{selector: {}, parameters: {pinned: {a: '1'}, bounds: [{name: a, min: '1'}]}}",
            "either pinned or bounded, not both"),
        bad(
            "TuningPolicy",
            "{selector: {matchExpressions: [{key: a, operator: In}]}}",
            "add or remove values"),
        bad(
            "TuningPolicy",
            "{selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
            "add or remove values"),
        bad(
            "TuningPolicy",
            "{selector: {matchExpressions: [{key: a, operator: Near}]}}",
            "Unsupported value: \"Near\""),
        bad("HealingAction", "{type: Vacuum}", "spec.clusterRef: Required value"),
        bad(
            "HealingAction",
            "{clusterRef: {name: a}, type: vacuum}",
            "spec.type in body should match"),
        bad(
            "HealingAction",
            "{clusterRef: {name: a}, type: Vacuum, risk: None}",
            "spec.risk: Unsupported value: \"None\""));
  }

  @ParameterizedTest
  @MethodSource("badSpecs")
  void badSpecIsRefusedWithAHelpfulMessage(String kind, String spec, String message) {
    assertThatThrownBy(() -> create(kind, spec))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("fullResources")
  void resourceWithoutSpecIsRefused(CustomResource<?, ?> resource) {
    var bare = new GenericKubernetesResource();
    bare.setApiVersion(resource.getApiVersion());
    bare.setKind(resource.getKind());
    bare.setMetadata(metadata());
    assertThatThrownBy(() -> client().resource(bare).create())
        .hasMessageContaining("spec: Required value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{clusterRef: {name: other}}",
        "{type: Vacuum}",
        "{target: {relation: other}}",
        "{target: {relation: null}}",
        "{target: null}",
        "{finding: {summary: other}}",
        "{finding: {evidence: {more: '1'}}}",
        "{finding: null}",
        "{statements: [DROP TABLE orders]}",
        "{statements: null}",
        "{undo: [SELECT 1, SELECT 2]}",
        "{undo: null}",
        "{expected: {lowPercent: 1}}",
        "{expected: null}",
        "{risk: High}",
        "{risk: null}",
        "{approval: Denied, risk: High}"
      })
  void specOfAnActionCannotChange(String change) {
    var action = client().resource(Samples.action()).create();
    assertThatThrownBy(() -> patchSpec(action, change))
        .hasMessageContaining("delete it, and pgmend proposes it again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{target: {relation: orders}}",
        "{finding: {detector: D, severity: Info}}",
        "{statements: [VACUUM]}",
        "{undo: [VACUUM]}",
        "{expected: {lowPercent: 1}}",
        "{risk: High}"
      })
  void specOfAnActionCannotBeExtended(String addition) {
    var action = create("HealingAction", BARE_ACTION);
    assertThatThrownBy(() -> patchSpec(action, addition))
        .hasMessageContaining("delete it, and pgmend proposes it again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Approved", "Denied", "null"})
  void approvalCanChangeAtAnyTime(String approval) {
    String change = "{approval: " + approval + "}";
    var bare = patchSpec(create("HealingAction", BARE_ACTION), change);
    assertThat(String.valueOf(bare.<Object>get("spec", "approval"))).isEqualTo(approval);
    client().resource(bare).delete();
    var full = patchSpec(client().resource(Samples.action()).create(), change);
    assertThat(String.valueOf(full.getSpec().approval())).isEqualTo(approval);
  }

  static Stream<Arguments> badStatuses() {
    return Stream.of(
        Arguments.of("{progressPercent: 101}", "status.progressPercent"),
        Arguments.of("{progressPercent: -1}", "status.progressPercent"),
        Arguments.of("{phase: Done}", "status.phase: Unsupported value: \"Done\""),
        Arguments.of(
            "{journal: [{sequence: 0, step: 0, event: Intended}]}",
            "status.journal[0].at: Required value"),
        Arguments.of("{times: {endedAt: yesterday}}", "status.times.endedAt"),
        Arguments.of(
            "{conditions: [{type: Ready, status: 'True'}]}",
            "status.conditions[0].lastTransitionTime: Required value"),
        Arguments.of(
            "{conditions: [{type: Ready, status: 'Yes', " + REST + "}]}",
            "status.conditions[0].status"),
        Arguments.of(
            "{conditions: [{type: Ready, status: 'True', "
                + REST
                + "}, {type: Ready, status: 'False', "
                + REST
                + "}]}",
            "status.conditions[1]: Duplicate value"));
  }

  @ParameterizedTest
  @MethodSource("badStatuses")
  void badStatusIsRefused(String status, String message) {
    var action = client().resource(Samples.action()).create();
    assertThatThrownBy(() ->
            client()
                .resource(action)
                .subresource("status")
                .patch(MERGE, "{\"status\": " + json(status) + "}"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(message);
  }

  @Test
  void serverSetsDefaultsOfPgCluster() {
    var made =
        create("PgCluster", "{" + PROVIDER + ", learner: {gpu: {}, advanced: {}, storage: {}}}");
    var stored = Serialization.unmarshal(Serialization.asJson(made), PgCluster.class).getSpec();
    assertThat(stored.inspectionInterval()).isEqualTo("5m");
    assertThat(stored.paused()).isFalse();
    assertThat(stored.learner())
        .isEqualTo(
            new LearnerSpec(
                false,
                null,
                new LearnerSpec.Gpu(false, "nvidia.com/gpu", 1),
                "10s",
                2,
                new LearnerSpec.Storage("1Gi", null),
                null,
                new LearnerSpec.Advanced(AttentionMode.Auto, 2, 2000)));
  }

  @Test
  void serverSetsDefaultsOfTuningPolicy() {
    var made =
        create("TuningPolicy", "{selector: {}, budget: {}, verification: {}, parameters: {}}");
    var rules = Serialization.unmarshal(Serialization.asJson(made), TuningPolicy.class).getSpec();
    assertThat(rules.mode()).isEqualTo(PolicyMode.Recommend);
    assertThat(rules.budget())
        .isEqualTo(new TuningPolicySpec.Budget(1, 5, null, 20, "30s", null, null));
    assertThat(rules.verification())
        .isEqualTo(new TuningPolicySpec.Verification("10m", 10, true, NotEnoughTraffic.Keep));
  }

  private static boolean established(@Nullable CustomResourceDefinition definition) {
    return definition != null && Serialization.asJson(definition.getStatus()).contains(ESTABLISHED);
  }

  private static KubernetesClient client() {
    return Objects.requireNonNull(client, "the test is skipped where there is no server");
  }

  private static Arguments good(String kind, String spec) {
    return Arguments.of(kind, spec);
  }

  private static Arguments bad(String kind, String spec, String message) {
    return Arguments.of(kind, spec, message);
  }

  private static GenericKubernetesResource create(String kind, String spec) {
    var resource = new GenericKubernetesResource();
    resource.setApiVersion(Api.GROUP + "/" + Api.VERSION);
    resource.setKind(kind);
    resource.setMetadata(metadata());
    resource.setAdditionalProperty("spec", parse(spec, Map.class));
    return client().resource(resource).create();
  }

  private static <T extends HasMetadata> T patchSpec(T resource, String change) {
    return client().resource(resource).patch(MERGE, "{\"spec\": " + json(change) + "}");
  }

  private static String json(String yaml) {
    return Serialization.asJson(parse(yaml, JsonNode.class));
  }

  // Without the mark of a document the client takes what begins with a brace for JSON.
  private static <T> T parse(String yaml, Class<T> type) {
    return Serialization.unmarshal("--- " + yaml, type);
  }

  private static ObjectMeta metadata() {
    return new ObjectMetaBuilder().withName("sample").withNamespace(NAMESPACE).build();
  }
}
