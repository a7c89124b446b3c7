// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.testing.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LearnerHealthTest {
  private static final LearnerImage IMAGE = new LearnerImage("a/b:1", Optional.empty(), List.of());

  private InProcessApi api;
  private KubernetesClient client;

  @BeforeEach
  void startApi() {
    api = InProcessApi.start();
    client = api.client();
  }

  @AfterEach
  void stopApi() {
    client.close();
    api.close();
  }

  @Test
  void aPodThatIsReadyAsTheSpecWantsItLearns() {
    assertThat(of(pods(3, 3, 1, 1)))
        .isEqualTo(new LearnerState.PodReady("pod shop-learner-0 learns"));
  }

  @Test
  void aPodOfAnEarlierSpecIsNotReadyThoughItRuns() {
    assertThat(of(pods(3, 2, 1, 1))).isInstanceOf(LearnerState.NotReady.class);
    assertThat(of(pods(3, 3, 1, 0))).isInstanceOf(LearnerState.NotReady.class);
  }

  @Test
  void reportsAStatefulSetWithoutPod() {
    assertThat(of(pods(3, 3, 0, 0)))
        .isEqualTo(
            new LearnerState.NotReady(
                "PodNotReady",
                "pod shop-learner-0 does not exist yet; if that lasts, see kubectl describe"
                    + " statefulset shop-learner"));
    var fresh = new StatefulSetBuilder(pods(1, 0, 0, 0)).withStatus(null).build();
    assertThat(of(fresh)).isInstanceOf(LearnerState.NotReady.class);
  }

  @Test
  void aPodThatIsNotReadySaysWhy() {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("shop-learner-0")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withMessage("0/1 nodes are available")
                .endCondition()
                .endStatus()
                .build())
        .create();

    assertThat(of(pods(3, 3, 0, 1)))
        .isEqualTo(
            new LearnerState.NotReady(
                "PodNotReady",
                "no node takes the pod: make room, or lower spec.learner.resources"
                    + " (0/1 nodes are available)"));
  }

  @Test
  void reportsHowToChangeTheVolume() {
    var larger = new LearnerSpec.Storage("5Gi", null);
    var cluster = cluster(new LearnerSpec(true, null, null, null, null, larger, null, null));

    assertThat(new LearnerHealth(client, cluster).of(pods(3, 3, 1, 1)))
        .extracting(state -> ((LearnerState.PodReady) state).message())
        .asString()
        .contains("delete StatefulSet shop-learner and claim state-shop-learner-0");
  }

  private LearnerState of(StatefulSet pods) {
    return new LearnerHealth(client, cluster(OperatorUnderTest.learner(true))).of(pods);
  }

  private static StatefulSet pods(long generation, long observed, int ready, int updated) {
    return new StatefulSetBuilder(
            LearnerObjects.of(cluster(OperatorUnderTest.learner(true)), IMAGE, "7").pods())
        .editMetadata()
        .withGeneration(generation)
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(observed)
        .withReadyReplicas(ready)
        .withUpdatedReplicas(updated)
        .withCurrentRevision("shop-learner-a")
        .withUpdateRevision("shop-learner-" + (updated > 0 ? "a" : "b"))
        .endStatus()
        .build();
  }

  private static PgCluster cluster(LearnerSpec learner) {
    var cluster = new PgCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("default")
            .withUid("uid-of-shop")
            .build());
    cluster.setSpec(
        new PgClusterSpec(Provider.connection("shop-postgres"), null, null, null, learner));
    return cluster;
  }
}
