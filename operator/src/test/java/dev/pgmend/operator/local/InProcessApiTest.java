// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.operator.testing.ActionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
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
    var claimed = ActionBuilder.action().createdWith(Approval.Approved).build();
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
                  action.setSpec(action.getSpec().withApproval(null));
                  return action;
                })))
        .isEqualTo(2);
  }

  @Test
  void onlyWhoKnowsItsPathIsAnswered() throws IOException, InterruptedException {
    var url = URI.create(api.url());
    var host = "http://" + url.getAuthority();
    var secrets = "/api/v1/namespaces/test/secrets";
    assertThat(InetAddress.getByName(url.getHost()).isLoopbackAddress()).isTrue();
    assertThat(statusOf(api.url() + secrets)).isEqualTo(HttpURLConnection.HTTP_OK);

    var wrong = "/" + "0".repeat(url.getPath().length() - 1);
    for (var path : List.of(secrets, wrong + secrets, "/", "", url.getPath())) {
      assertThat(statusOf(host + path)).as(path).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN);
    }
    try (var other = InProcessApi.start()) {
      assertThat(other.url()).doesNotEndWith(url.getPath());
    }
  }

  private static int statusOf(String url) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
          .statusCode();
    }
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
