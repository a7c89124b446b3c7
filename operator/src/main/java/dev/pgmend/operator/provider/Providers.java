package dev.pgmend.operator.provider;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.ProviderKind;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All providers there are. */
public final class Providers {
  private final Map<ProviderKind, PostgresProvider> byKind;

  public Providers(KubernetesClient client) {
    byKind =
        List.<PostgresProvider>of(new ConnectionProvider(client)).stream()
            .collect(Collectors.toMap(PostgresProvider::kind, Function.identity()));
  }

  /**
   * Finds the Postgres of a cluster.
   *
   * @throws AccessException if it can't be found
   */
  public Access find(PgCluster cluster) throws AccessException {
    return providerOf(cluster).find(cluster);
  }

  /**
   * Why whoever runs the Postgres must not be disturbed now; empty if nothing stands against it.
   */
  public Optional<String> busy(PgCluster cluster) {
    try {
      return providerOf(cluster).busy(cluster);
    } catch (AccessException e) {
      return Optional.of(e.getMessage());
    }
  }

  private PostgresProvider providerOf(PgCluster cluster) throws AccessException {
    var kinds = cluster.getSpec().provider().kinds();
    if (kinds.size() != 1) {
      throw new AccessException(
          "BadProvider", "spec.provider must name exactly one provider, but names " + kinds);
    }
    var provider = byKind.get(kinds.getFirst());
    if (provider == null) {
      throw new AccessException(
          "ProviderNotSupported",
          "this version of pgmend has no provider %s yet; it has %s. A Secret and"
                  .formatted(kinds.getFirst(), byKind.keySet())
              + " spec.provider.connection reach any Postgres");
    }
    return provider;
  }
}
