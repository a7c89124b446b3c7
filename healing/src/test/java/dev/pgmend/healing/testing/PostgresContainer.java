package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.ConnectionSpec;
import java.time.Duration;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
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
      echo "host all all all trust" >>"$PGDATA/pg_hba.conf"
      { echo "host all +$PGMEND_WITH_PASSWORD all scram-sha-256"; cat "$PGDATA/pg_hba.conf"; } \
        >/tmp/pg_hba.conf
      cp /tmp/pg_hba.conf "$PGDATA/pg_hba.conf"
      exec postgres
      """;

  private PostgresContainer() {}

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
            .withEnv("PGMEND_SETTINGS", settings + "listen_addresses = '*'\n")
            .withEnv("PGMEND_WITH_PASSWORD", TestServer.WITH_PASSWORD)
            .withExposedPorts(PORT)
            .withCreateContainerCmdModifier(
                command -> command.withUser("postgres").withEntrypoint("sh", "-c", START).withCmd())
            .waitingFor(
                Wait.forLogMessage(".*database system is ready to accept connections.*", 1)
                    .withStartupTimeout(Duration.ofMinutes(2)));
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
