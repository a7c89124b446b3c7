// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.provider;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.Provider.Connection;
import dev.pgmend.api.v1alpha1.Quantities;
import dev.pgmend.healing.postgres.ConnectionValues;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Any Postgres that a Secret describes; {@link ConnectionValues} reads the Secret. */
public final class ConnectionProvider implements PostgresProvider {
  private final KubernetesClient client;

  public ConnectionProvider(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Access find(PgCluster cluster) throws AccessException {
    var connection = cluster.getSpec().provider().connection();
    if (connection == null) {
      throw new AccessException("NoConnection", "spec.provider.connection is empty");
    }
    var name = connection.secretRef().name();
    var namespace = cluster.getMetadata().getNamespace();
    var secret = client.secrets().inNamespace(namespace).withName(name).get();
    if (secret == null) {
      throw new AccessException(
          "SecretNotFound",
          "Secret %s in namespace %s does not exist; create it with the keys host, port, dbname,"
                  .formatted(name, namespace)
              + " username and password, or uri");
    }
    return read("Secret " + name, valuesOf(secret), capacity(connection));
  }

  private static Map<String, String> valuesOf(Secret secret) throws AccessException {
    var values = new HashMap<String, String>();
    var data = secret.getData() == null ? Map.<String, String>of() : secret.getData();
    for (var entry : data.entrySet()) {
      values.put(entry.getKey(), decode(secret, entry.getKey(), entry.getValue()));
    }
    if (secret.getStringData() != null) {
      values.putAll(secret.getStringData());
    }
    return values;
  }

  private static String decode(Secret secret, String key, String value) throws AccessException {
    try {
      return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      // Without the cause, which would quote the value.
      throw new AccessException(
          "BadSecret",
          "Secret %s: data.%s is not base64; write plain values under stringData"
              .formatted(secret.getMetadata().getName(), key));
    }
  }

  private static OptionalLong capacity(Connection connection) throws AccessException {
    var capacity = connection.diskCapacity();
    if (capacity == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Quantities.bytes(capacity));
    } catch (IllegalArgumentException e) {
      throw new AccessException(
          "BadDiskCapacity", "spec.provider.connection.diskCapacity: " + e.getMessage());
    }
  }

  private static Access read(String secret, Map<String, String> values, OptionalLong capacity)
      throws AccessException {
    try {
      var primary = ConnectionValues.read(secret, values);
      return new Access(primary, ConnectionValues.readStandbys(secret, values, primary), capacity);
    } catch (PostgresConnectionException e) {
      throw new AccessException("BadSecret", String.valueOf(e.getMessage()));
    }
  }
}
