// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodTroubleTest {
  @Test
  void aPodThatWantsAMissingDeviceSaysWhichAndHowToDoWithout() {
    assertThat(
            trouble(
                """
                conditions:
                - {type: PodScheduled, status: "False", reason: Unschedulable,
                   message: "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."}
                """))
        .startsWith("no node has a free nvidia.com/gpu")
        .contains("spec.learner.gpu.enabled", "0/3 nodes");
  }

  @Test
  void aPodThatNoNodeTakesSaysWhatTheSchedulerSaid() {
    assertThat(
            trouble(
                """
                conditions:
                - {type: PodScheduled, status: "False", message: "0/3 nodes: Insufficient memory."}
                """))
        .contains("lower spec.learner.resources", "Insufficient memory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"})
  void anImageThatCannotBePulledIsNamedWithWhereItIsSet(String reason) {
    assertThat(
            trouble(
                """
                containerStatuses:
                - {name: learner, image: "registry.example/learner:1", imageID: "", ready: false,
                   restartCount: 0, state: {waiting: {reason: %s}}}
                """
                    .formatted(reason)))
        .contains(
            "registry.example/learner:1",
            reason,
            "PGMEND_LEARNER_IMAGE",
            "PGMEND_LEARNER_IMAGE_PULL_SECRETS");
  }

  @Test
  void aPodThatCrashesAgainAndAgainQuotesItsLastWordsAndNotItsBackOff() {
    assertThat(
            trouble(
                """
                containerStatuses:
                - {name: learner, image: i, imageID: "", ready: false, restartCount: 3,
                   state: {waiting: {reason: CrashLoopBackOff, message: "back-off 40s"}},
                   lastState: {terminated: {exitCode: 3, reason: Error, message: "no such role"}}}
                """))
        .contains("exit code 3", "no such role", "kubectl logs -n team-a shop-learner-0 --previous")
        .doesNotContain("back-off 40s");
  }

  @Test
  void aPodThatWantsMoreMemoryThanItMayHaveSaysWhereToRaiseIt() {
    assertThat(
            trouble(
                """
                containerStatuses:
                - {name: learner, image: i, imageID: "", ready: false, restartCount: 1,
                   state: {running: {}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}
                """))
        .contains("spec.learner.resources.limits.memory");
  }

  @Test
  void reportsWhyAPodCannotStart() {
    assertThat(
            trouble(
                """
                containerStatuses:
                - {name: learner, image: i, imageID: "", ready: false, restartCount: 0,
                   state: {waiting: {reason: CreateContainerConfigError, message: "runs as root"}}}
                """))
        .isEqualTo("the pod cannot start: CreateContainerConfigError, runs as root");
  }

  @Test
  void aPodThatRunsAndIsNotReadyLeadsToItsLog() {
    assertThat(
            trouble(
                """
                containerStatuses:
                - {name: learner, image: i, imageID: "", ready: false, restartCount: 0,
                   state: {running: {}}}
                """))
        .contains("not ready yet", "kubectl logs -n team-a shop-learner-0");
  }

  private static String trouble(String status) {
    var pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: shop-learner-0, namespace: team-a}
        spec:
          containers:
          - {name: learner, resources: {limits: {memory: 1Gi, nvidia.com/gpu: 1}}}
        status:
        """
            + status.indent(2);
    return PodTrouble.of(Serialization.unmarshal(pod, Pod.class));
  }
}
