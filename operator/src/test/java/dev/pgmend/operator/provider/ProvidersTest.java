package dev.pgmend.operator.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.api.v1alpha1.Provider.Connection;
import dev.pgmend.api.v1alpha1.Provider.Managed;
import dev.pgmend.api.v1alpha1.Provider.OwnedByOperator;
import dev.pgmend.api.v1alpha1.SecretRef;
import dev.pgmend.operator.local.InProcessApi;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProvidersTest {
  private static final Connection CONNECTION = new Connection(new SecretRef("shop"), null);

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

  @Test
  void aConnectionIsFoundByItsSecret() throws AccessException {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("shop")
                .withNamespace("default")
                .endMetadata()
                .addToStringData("uri", "postgresql://pgmend@db:5433/shop")
                .build())
        .create();

    assertThat(find(provider(CONNECTION, null, null)).primary().port()).isEqualTo(5433);
  }

  @Test
  void noProviderAtAllIsSaidSo() {
    var e = refused(provider(null, null, null));

    assertThat(e.reason()).isEqualTo("BadProvider");
    assertThat(e).hasMessageContaining("exactly one");
  }

  @Test
  void twoProvidersAreBothNamed() {
    // An API server without CEL lets this through.
    var e = refused(provider(CONNECTION, OwnedByOperator.named("pg"), null));

    assertThat(e.reason()).isEqualTo("BadProvider");
    assertThat(e).hasMessageContaining("Connection").hasMessageContaining("CloudNativePG");
  }

  @Test
  void aProviderThatThisVersionHasNotIsNamedWithWhatToUseInstead() {
    var e = refused(provider(null, null, Managed.DEFAULTS));

    assertThat(e.reason()).isEqualTo("ProviderNotSupported");
    assertThat(e)
        .hasMessageContaining("Managed")
        .hasMessageContaining("[Connection]")
        .hasMessageContaining("spec.provider.connection");
  }

  @Test
  void whoeverRunsThePostgresIsBusyWhileAnAnnotationSaysSo() {
    var cluster = cluster(provider(CONNECTION, null, null));
    assertThat(new Providers(client).busy(cluster)).isEmpty();

    cluster.getMetadata().setAnnotations(Map.of(Annotations.OWNER_BUSY, "switchover"));
    assertThat(new Providers(client).busy(cluster)).contains("switchover");
  }

  private static AccessException refused(Provider provider) {
    return catchThrowableOfType(AccessException.class, () -> find(provider));
  }

  private static Access find(Provider provider) throws AccessException {
    return new Providers(client).find(cluster(provider));
  }

  private static PgCluster cluster(Provider provider) {
    var cluster = new PgCluster();
    cluster.setMetadata(new ObjectMetaBuilder().withName("shop").withNamespace("default").build());
    cluster.setSpec(PgClusterSpec.of(provider));
    return cluster;
  }

  private static Provider provider(
      Connection connection, OwnedByOperator cloudNativePG, Managed managed) {
    return new Provider(connection, cloudNativePG, null, null, null, null, null, null, managed);
  }
}
