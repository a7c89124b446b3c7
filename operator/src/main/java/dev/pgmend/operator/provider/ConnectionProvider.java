package dev.pgmend.operator.provider;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.ProviderKind;
import dev.pgmend.healing.detect.ByteSize;
import dev.pgmend.healing.postgres.ConnectException;
import dev.pgmend.healing.postgres.ConnectionSpec;
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
    var values = new HashMap<String, String>();
    if (secret.getData() != null) {
      secret
          .getData()
          .forEach((key, value) ->
              values.put(
                  key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    }
    if (secret.getStringData() != null) {
      values.putAll(secret.getStringData());
    }
    var capacity = connection.diskCapacity();
    return new Access(
        read(name, values),
        capacity == null
            ? OptionalLong.empty()
            : OptionalLong.of(ByteSize.parse("spec.provider.connection.diskCapacity", capacity)));
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
          Integer.parseInt(first(values, "port").orElse("5432").strip()),
          first(values, "dbname", "database").orElse("postgres"),
          required(secret, values, "user", "username"),
          first(values, "password").orElse(""),
          options);
    } catch (ConnectException e) {
      throw new AccessException("BadSecret", "Secret " + secret + ": " + e.getMessage());
    } catch (NumberFormatException e) {
      throw new AccessException("BadSecret", "Secret " + secret + ": port is not a number");
    }
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
