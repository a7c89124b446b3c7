// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.ConnectionSpec;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** A Postgres from a container image that has Debian's or the well-known image's layout. */
final class PostgresContainer {
  private static final int PORT = 5432;

  /** As {@link TestServer} sets up an embedded server: everything in files, nothing on the line. */
  private static final String START =
      """
      set -eu
      export PATH="$(echo /usr/lib/postgresql/*/bin):$PATH" PGDATA=/tmp/pgdata
      initdb --username=postgres --auth=trust --encoding=UTF8 --no-locale
      echo "$PGMEND_SETTINGS" >>"$PGDATA/postgresql.conf"
      echo "host all,replication all all trust" >>"$PGDATA/pg_hba.conf"
      { echo "host all +$PGMEND_WITH_PASSWORD all scram-sha-256"; cat "$PGDATA/pg_hba.conf"; } \
        >/tmp/pg_hba.conf
      cp /tmp/pg_hba.conf "$PGDATA/pg_hba.conf"
      exec postgres
      """;

  /** Debian's default directory for sockets is made by an init system, which no image has. */
  private static final String SETTINGS =
      "listen_addresses = '*'\nunix_socket_directories = '/tmp'\n";

  private PostgresContainer() {}

  /** One that ended instead is not waited for, and its log, which goes with it, says why. */
  private static final class ReadyOrGone extends AbstractWaitStrategy {
    private static final String READY = "database system is ready to accept connections";

    @Override
    protected void waitUntilReady() {
      Awaitility.await()
          .atMost(startupTimeout)
          .until(() -> !waitStrategyTarget.isRunning() || log().contains(READY));
      if (!waitStrategyTarget.isRunning()) {
        throw new ContainerLaunchException("Postgres ended in its container:\n" + log());
      }
    }

    private String log() {
      return waitStrategyTarget.getLogs();
    }
  }

  /**
   * Starts one; Testcontainers removes it with the JVM.
   *
   * @param settings for postgresql.conf
   */
  static ConnectionSpec start(String image, String settings) {
    // Removed when the JVM ends: it serves every test.
    @SuppressWarnings("resource")
    var container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withEnv("PGMEND_SETTINGS", settings + SETTINGS)
            .withEnv("PGMEND_WITH_PASSWORD", TestServer.WITH_PASSWORD)
            .withExposedPorts(PORT)
            .withCreateContainerCmdModifier(
                command -> command.withUser("postgres").withEntrypoint("sh", "-c", START).withCmd())
            .waitingFor(new ReadyOrGone().withStartupTimeout(Duration.ofMinutes(2)));
    container.start();
    return new ConnectionSpec(
        container.getHost(),
        container.getMappedPort(PORT),
        "postgres",
        "postgres",
        "postgres",
        Map.of());
  }
}
