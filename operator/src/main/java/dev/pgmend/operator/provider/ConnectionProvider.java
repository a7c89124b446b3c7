package dev.pgmend.operator.provider;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.Provider.Connection;
import dev.pgmend.api.v1alpha1.ProviderKind;
import dev.pgmend.healing.detect.ByteSize;
import dev.pgmend.healing.postgres.ConnectException;
import dev.pgmend.healing.postgres.ConnectionSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Any Postgres that a Secret can reach. The Secret holds either {@code uri}, or {@code host},
 * {@code port}, {@code dbname}, {@code user} and {@code password}, in the spellings that the common
 * operators use.
 */
public final class ConnectionProvider implements PostgresProvider {
  private static final int LAST_PORT = 65_535;

  private final KubernetesClient client;

  public ConnectionProvider(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public ProviderKind kind() {
    return ProviderKind.Connection;
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
          "there is no Secret %s in namespace %s; create it with the keys host, port, dbname, user"
                  .formatted(name, namespace)
              + " and password, or uri");
    }
    return new Access(read(name, valuesOf(secret)), capacity(connection));
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
      return OptionalLong.of(ByteSize.parse("spec.provider.connection.diskCapacity", capacity));
    } catch (IllegalArgumentException e) {
      throw new AccessException("BadDiskCapacity", String.valueOf(e.getMessage()));
    }
  }

  private static ConnectionSpec read(String secret, Map<String, String> values)
      throws AccessException {
    var uri = first(values, "uri", "url");
    try {
      if (uri.isPresent()) {
        return ConnectionSpec.parse(uri.get());
      }
      var options = new HashMap<String, String>();
      first(values, "sslmode").ifPresent(mode -> options.put("sslmode", mode));
      return new ConnectionSpec(
          required(secret, values, "host"),
          port(secret, first(values, "port").orElse("5432")),
          first(values, "dbname", "database").orElse("postgres"),
          required(secret, values, "user", "username"),
          first(values, "password").orElse(""),
          options);
    } catch (ConnectException e) {
      throw new AccessException("BadSecret", "Secret " + secret + ": " + e.getMessage());
    }
  }

  private static int port(String secret, String text) throws AccessException {
    try {
      var port = Integer.parseInt(text.strip());
      if (port >= 1 && port <= LAST_PORT) {
        return port;
      }
    } catch (NumberFormatException _) {
      // Told below, as for a number that is out of range.
    }
    throw new AccessException(
        "BadSecret", "Secret %s: port is not a number from 1 to %d".formatted(secret, LAST_PORT));
  }

  private static String required(String secret, Map<String, String> values, String... keys)
      throws AccessException {
    return first(values, keys)
        .orElseThrow(() ->
            new AccessException(
                "BadSecret",
                "Secret %s has no key %s; it needs host, port, dbname, user and password, or uri"
                    .formatted(secret, keys[0])));
  }

  private static Optional<String> first(Map<String, String> values, String... keys) {
    return Stream.of(keys).flatMap(key -> Stream.ofNullable(values.get(key))).findFirst();
  }
}
