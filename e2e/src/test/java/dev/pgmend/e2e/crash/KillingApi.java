// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.e2e.chart.Access;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A Kubernetes API that kills the operator at each journal entry of each action: once before the
 * entry is stored, and once after, before the operator gets the response.
 */
final class KillingApi implements AutoCloseable {
  /** Distinguishes the operator's requests from the test's. */
  static final String OPERATOR_TOKEN = "operator";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ACTION_STATUS = Pattern.compile(".*/healingactions/([^/]+)/status");

  private final KubernetesMockServer server;
  private final Map<String, Integer> stored = new HashMap<>();
  private final Set<String> kills = new TreeSet<>();
  private final Set<Access> accesses = new HashSet<>();
  private Runnable kill = () -> {};

  KillingApi() {
    var crud =
        new KubernetesCrudDispatcher(
            List.of(
                CustomResourceDefinitionContext.fromCustomResourceType(PgCluster.class),
                CustomResourceDefinitionContext.fromCustomResourceType(TuningPolicy.class),
                CustomResourceDefinitionContext.fromCustomResourceType(HealingAction.class)));
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new Dispatcher() {
              @Override
              public MockResponse dispatch(RecordedRequest request) {
                return answer(crud, request);
              }
            },
            false);
    server.init(InetAddress.getLoopbackAddress(), 0);
  }

  KubernetesClient client() {
    return server.createClient();
  }

  String url() {
    return server.url("/").replaceAll("/$", "");
  }

  /** The requests of the operator. */
  synchronized Set<Access> accesses() {
    return new HashSet<>(accesses);
  }

  /** Sets what kills the running operator. */
  synchronized void victim(Runnable killer) {
    kill = killer;
  }

  /** Where the operator was killed: action, entry, before or after it was stored. */
  synchronized Set<String> kills() {
    return new TreeSet<>(kills);
  }

  @Override
  public void close() {
    server.destroy();
  }

  private synchronized MockResponse answer(Dispatcher crud, RecordedRequest request) {
    if (("Bearer " + OPERATOR_TOKEN).equals(request.getHeader("Authorization"))) {
      Access.of(String.valueOf(request.getMethod()), String.valueOf(request.getPath()))
          .ifPresent(accesses::add);
    }
    var path = ACTION_STATUS.matcher(String.valueOf(request.getPath()));
    if (!"PUT".equals(request.getMethod()) || !path.matches()) {
      return crud.dispatch(request);
    }
    var action = path.group(1);
    var journal = body(request).path("status").path("journal");
    if (journal.size() <= stored.getOrDefault(action, 0)) {
      return crud.dispatch(request);
    }
    var entry = journal.get(journal.size() - 1).path("event").asText();
    if (kills.add(action + " " + entry + " before")) {
      kill.run();
      return new MockResponse().setResponseCode(503);
    }
    var response = crud.dispatch(request);
    if (response.code() < 300) {
      stored.put(action, journal.size());
      if (kills.add(action + " " + entry + " after")) {
        kill.run();
      }
    }
    return response;
  }

  private static JsonNode body(RecordedRequest request) {
    try {
      return JSON.readTree(request.getBody().getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
