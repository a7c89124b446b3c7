package dev.pgmend.operator.controller;

import static dev.pgmend.operator.testing.OperatorUnderTest.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.operator.cli.InProcessApi;
import dev.pgmend.operator.dependent.LearnerImage;
import dev.pgmend.operator.testing.OperatorUnderTest;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OperatorOnInProcessApiTest extends OperatorSuite {
  private InProcessApi api;

  @Override
  KubernetesClient connect() {
    api = InProcessApi.start();
    return api.client();
  }

  @Override
  Optional<LearnerImage> learnerImage() {
    return Optional.empty();
  }

  @Test
  void aLearnerThatNoPodCanRunRunsInTheOperatorsProcess() {
    room().policy("policy", mode(PolicyMode.Recommend));
    room().secret(database());
    room()
        .cluster(
            database(),
            spec ->
                new PgClusterSpec(
                    spec.provider(),
                    spec.databases(),
                    null,
                    "1h",
                    OperatorUnderTest.learner(true)));

    patiently()
        .untilAsserted(() -> {
          assertThat(condition(room().cluster(), Condition.READY).holds()).isTrue();
          var learner = condition(room().cluster(), "LearnerReady");
          assertThat(learner.holds()).isTrue();
          assertThat(learner.reason()).isEqualTo("InProcess");
        });
  }

  @Override
  void disconnect() {
    api.close();
  }
}
