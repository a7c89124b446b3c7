// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.testing.ManualClock;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.provider.Access;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
  private static final ClusterKey SHOP = new ClusterKey("default", "shop");

  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-04T12:00:00Z"));
  private TestDatabase database;
  private InProcessApi api;
  private KubernetesClient client;
  private ManagedClusters cares;

  @BeforeEach
  void start() {
    database = TestServers.newest().createDatabase();
    api = InProcessApi.start();
    client = api.client();
    cares = cares();
  }

  @AfterEach
  void stop() {
    cares.close();
    client.close();
    api.close();
    database.close();
  }

  @Test
  void whatAnInspectionSawIsKnownAfterARestart() throws SQLException {
    inspect(reached());
    reached().memory().keep("round", "3 of 5");

    cares.close();
    cares = cares();

    assertThat(reached().memory().kept("round")).contains("3 of 5");
  }

  @Test
  void itIsWrittenFromTimeToTimeToo() throws SQLException {
    inspect(reached());
    assertThat(kept()).isEmpty();

    clock.advance(Duration.ofMinutes(15));
    inspect(reached());

    assertThat(kept()).singleElement().satisfies(map -> assertThat(map.getData()).isNullOrEmpty());
  }

  @Test
  void ofAnotherServerNothingIsTakenOver() {
    reached().memory().keep("round", "3 of 5");
    cares.close();
    cares = cares();

    var spec = database.spec();
    var elsewhere =
        new ConnectionSpec(
            "127.0.0.1".equals(spec.host()) ? "localhost" : "127.0.0.1",
            spec.port(),
            spec.database(),
            spec.user(),
            spec.password(),
            Map.of());
    var care = cares.reached(SHOP, new Access(elsewhere, List.of(), OptionalLong.empty()));

    assertThat(care.memory().kept("round")).isEmpty();
  }

  @Test
  void whatIsDamagedIsLearntAnew() {
    reached().memory().keep("round", "3 of 5");
    cares.close();
    var damaged = kept().getFirst();
    damaged.setBinaryData(
        Map.of("memory.json.gz", Base64.getEncoder().encodeToString(new byte[] {1, 2, 3})));
    client.resource(damaged).update();
    cares = cares();

    assertThat(reached().memory().kept("round")).isEmpty();
  }

  @Test
  void ofAClusterThatIsNoMoreNothingStays() {
    reached();

    cares.keepOnly(Set.of());

    assertThat(kept()).isEmpty();
  }

  @Test
  void anApiThatIsAwayDoesNotHoldUpTheEnd() {
    reached();
    api.close();

    assertThatCode(cares::close).doesNotThrowAnyException();

    api = InProcessApi.start();
  }

  private ManagedClusters cares() {
    return new ManagedClusters(new MemoryStore(client, clock), clock);
  }

  private ManagedCluster reached() {
    return cares.reached(SHOP, new Access(database.spec(), List.of(), OptionalLong.empty()));
  }

  private ManagedCluster.Inspected inspect(ManagedCluster care) throws SQLException {
    var inspected =
        care.inspect(
            database.name()::equals,
            InspectionOptions.DEFAULTS,
            List.of(),
            Duration.ofMinutes(1),
            "");
    cares.inspected(SHOP);
    return inspected;
  }

  private List<ConfigMap> kept() {
    return client.configMaps().inNamespace(client.getNamespace()).list().getItems();
  }
}
