// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LearnerImageTest {
  @Test
  void withoutAnImageThereIsNone() {
    assertThat(LearnerImage.of(Map.of())).isEmpty();
    assertThat(LearnerImage.of(Map.of(LearnerImage.IMAGE, " "))).isEmpty();
  }

  @Test
  void theNameIsEnough() {
    assertThat(LearnerImage.of(Map.of(LearnerImage.IMAGE, "a/b:1", LearnerImage.PULL_POLICY, "")))
        .contains(new LearnerImage("a/b:1", Optional.empty(), List.of()));
  }

  @Test
  void policyAndSecretsAreRead() {
    assertThat(
            LearnerImage.of(
                Map.of(
                    LearnerImage.IMAGE,
                    "a/b:1",
                    LearnerImage.PULL_POLICY,
                    "Always",
                    LearnerImage.PULL_SECRETS,
                    "one, two,")))
        .contains(new LearnerImage("a/b:1", Optional.of("Always"), List.of("one", "two")));
  }

  @Test
  void aPolicyThatKubernetesDoesNotKnowIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            LearnerImage.of(
                Map.of(LearnerImage.IMAGE, "a/b:1", LearnerImage.PULL_POLICY, "sometimes")))
        .withMessageContaining("PGMEND_LEARNER_IMAGE_PULL_POLICY is sometimes");
  }
}
