package dev.pgmend.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.operator.testing.ActionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InProcessApiTest {
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
  void theGenerationCountsWhatUsersWantAndNothingElse() {
    var claimed = ActionBuilder.action().createdWith(true).build();
    claimed.getMetadata().setGeneration(7L);
    assertThat(generation(client.resource(claimed).create())).isEqualTo(1);

    assertThat(generation(status(ActionBuilder.action().in(HealingPhase.Scheduled).build())))
        .isEqualTo(1);
    assertThat(
            generation(
                edit(action -> {
                  action.getMetadata().setAnnotations(Map.of("a", "b"));
                  return action;
                })))
        .isEqualTo(1);

    assertThat(
            generation(
                edit(action -> {
                  action.setSpec(action.getSpec().withApproved(null));
                  return action;
                })))
        .isEqualTo(2);
  }

  private HealingAction status(HealingAction action) {
    var live = client.resource(action).get();
    live.setStatus(action.getStatus());
    client.resource(live).updateStatus();
    return client.resource(action).get();
  }

  private HealingAction edit(UnaryOperator<HealingAction> change) {
    var live = client.resource(ActionBuilder.action().build()).get();
    client.resource(live).edit(change);
    return client.resource(live).get();
  }

  private static long generation(HealingAction action) {
    return action.getMetadata().getGeneration();
  }
}
