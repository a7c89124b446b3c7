// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.api.v1alpha1.SecretRef;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.operator.local.InProcessApi;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionProviderTest {
  private static final String PASSWORD = "pst-nobody-may-see-this";
  private static final Map<String, String> COMPLETE =
      Map.of("host", "db", "user", "pgmend", "password", PASSWORD);

  private static InProcessApi api;
  private static KubernetesClient client;

  @BeforeAll
  static void startApi() {
    api = InProcessApi.start();
    client = api.client();
  }

  @AfterAll
  static void stopApi() {
    client.close();
    api.close();
  }

  @AfterEach
  void removeSecrets() {
    client.secrets().inAnyNamespace().delete();
  }

  @Test
  void aUriSaysItAll() throws AccessException {
    stringData(Map.of("uri", "postgresql://pgmend:p%40ss@db.example:6432/shop?sslmode=require"));

    assertThat(found().primary())
        .isEqualTo(
            new ConnectionSpec(
                "db.example", 6432, "shop", "pgmend", "p@ss", Map.of("sslmode", "require")));
  }

  @Test
  void whatTheApiServerKeepsInBase64IsDecodedAsUtf8() throws AccessException {
    data(Map.of("host", "db", "user", "pgmend", "password", "pä$$wörd 密"));

    assertThat(found().primary().password()).isEqualTo("pä$$wörd 密");
  }

  @Test
  void aPortMayEndInTheNewlineThatEchoLeaves() throws AccessException {
    data(and("port", "6432\n"));

    assertThat(found().primary().port()).isEqualTo(6432);
  }

  @Test
  void theSecretIsReadFromTheClustersOwnNamespace() {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("shop")
                .withNamespace("elsewhere")
                .endMetadata()
                .withStringData(COMPLETE)
                .build())
        .create();

    assertThat(refused()).extracting(AccessException::reason).isEqualTo("SecretNotFound");
  }

  @Test
  void namesAMissingSecretAndItsKeys() {
    var e = refused();

    assertThat(e.reason()).isEqualTo("SecretNotFound");
    assertThat(e)
        .hasMessageContaining("Secret shop in namespace default")
        .hasMessageContaining("uri");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "user"})
  void aKeyThatIsNotThereIsNamed(String missing) {
    stringData(
        COMPLETE.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(missing))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));

    var e = refused();

    assertThat(e.reason()).isEqualTo("BadSecret");
    assertThat(e).hasMessageStartingWith("Secret shop has no key " + missing);
  }

  @Test
  void anEmptySecretIsNoReasonToBreakDown() {
    stringData(Map.of());

    assertThat(refused().reason()).isEqualTo("BadSecret");
  }

  @Test
  void dataThatIsNotBase64IsNamedByItsKey() {
    // In a manifest it is easy to write data where stringData is meant.
    client
        .resource(secret().addToData("host", "db.example").addToData("user", "pgmend").build())
        .create();

    var e = refused();

    assertThat(e.reason()).isEqualTo("BadSecret");
    assertThat(e).hasMessageContaining("host").hasMessageContaining("stringData");
  }

  static Stream<Map<String, String>> badSecrets() {
    return Stream.of(
        Map.of("host", "db", "password", PASSWORD),
        and("port", "five"),
        Map.of("uri", "mysql://pgmend:" + PASSWORD + "@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "%zz@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "#x@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "@x@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + " @db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "@db:port/shop"),
        Map.of("uri", "postgresql://:" + PASSWORD + "@db/shop"),
        Map.of("uri", PASSWORD));
  }

  @ParameterizedTest
  @MethodSource("badSecrets")
  void thePasswordStandsInNoMessageAndNoStackTrace(Map<String, String> secret) {
    stringData(secret);
    var trace = new StringWriter();

    refused().printStackTrace(new PrintWriter(trace, true));

    assertThat(trace.toString()).contains("Secret shop").doesNotContain(PASSWORD);
  }

  @Test
  void thePasswordStandsNotInTheTextOfAnAccess() throws AccessException {
    // It goes to the conditions and to logs.
    stringData(COMPLETE);

    assertThat(found().toString()).contains("pgmend@db").doesNotContain(PASSWORD);
  }

  @Test
  void readsTheDiskCapacityInBytes() throws AccessException {
    stringData(COMPLETE);

    assertThat(find("100Gi").diskCapacityBytes()).hasValue(100 * ByteSize.GB);
    assertThat(find(null).diskCapacityBytes()).isEqualTo(OptionalLong.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lots", "99999999999999Ti"})
  void refusesAnInvalidCapacity(String capacity) {
    stringData(COMPLETE);

    var e = catchThrowableOfType(AccessException.class, () -> find(capacity));

    assertThat(e).hasMessageContaining("spec.provider.connection.diskCapacity");
    assertThat(e.reason()).isEqualTo("BadDiskCapacity");
  }

  @Test
  void annotationReportsThatTheOwnerIsBusy() {
    var cluster = new PgCluster();
    cluster.setMetadata(new ObjectMetaBuilder().withName("shop").withNamespace("default").build());
    var provider = new ConnectionProvider(client);
    assertThat(provider.busy(cluster)).isEmpty();

    cluster.getMetadata().setAnnotations(Map.of(Annotations.OWNER_BUSY, "switchover"));
    assertThat(provider.busy(cluster)).contains("switchover");
  }

  private static Map<String, String> and(String key, String value) {
    return Stream.concat(COMPLETE.entrySet().stream(), Stream.of(Map.entry(key, value)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static void stringData(Map<String, String> values) {
    client.resource(secret().withStringData(values).build()).create();
  }

  private static void data(Map<String, String> values) {
    var secret = secret();
    values.forEach((key, value) ->
        secret.addToData(
            key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    client.resource(secret.build()).create();
  }

  private static SecretBuilder secret() {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("shop")
        .withNamespace("default")
        .endMetadata();
  }

  private static AccessException refused() {
    return catchThrowableOfType(AccessException.class, ConnectionProviderTest::found);
  }

  private static Access found() throws AccessException {
    return find(null);
  }

  private static Access find(String diskCapacity) throws AccessException {
    var cluster = new PgCluster();
    cluster.setMetadata(new ObjectMetaBuilder().withName("shop").withNamespace("default").build());
    cluster.setSpec(
        PgClusterSpec.of(
            new Provider(new Provider.Connection(new SecretRef("shop"), diskCapacity))));
    return new ConnectionProvider(client).find(cluster);
  }
}
