// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.local;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;

/**
 * A Kubernetes API in this process, for running without a cluster: it keeps resources, their status
 * apart, and serves watches. It has no schema and CEL checks, and no server-side apply. Its state
 * lasts as long as the process.
 */
public final class InProcessApi implements AutoCloseable {
  private final KubernetesMockServer server;
  private final String url;

  private InProcessApi(KubernetesMockServer server, String path) {
    this.server = server;
    this.url = server.url(path);
  }

  /** Listens on a free port of the loopback interface, below a {@link SecretPath}. */
  public static InProcessApi start() {
    var secret =
        new SecretPath(
            new VersionedDispatcher(
                List.of(
                    CustomResourceDefinitionContext.fromCustomResourceType(PgCluster.class),
                    CustomResourceDefinitionContext.fromCustomResourceType(TuningPolicy.class),
                    CustomResourceDefinitionContext.fromCustomResourceType(HealingAction.class))));
    var server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), secret, false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    return new InProcessApi(server, secret.path());
  }

  /** Everybody who knows it can read and change everything. */
  public String url() {
    return url;
  }

  public KubernetesClient client() {
    return server.createClient((KubernetesClientBuilder client) ->
        client.editOrNewConfig().withMasterUrl(url).endConfig());
  }

  @Override
  public void close() {
    server.destroy();
  }
}
