// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * A real, durable Postgres on a free port of the loopback interface, with the shop's database, its
 * owner, and the role of pgmend.
 */
public final class ShopServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private static final Map<String, String> SETTINGS =
      Map.of(
          "shared_preload_libraries", "pg_stat_statements",
          // By default the embedded server turns durability off.
          "fsync", "on",
          "synchronous_commit", "on",
          "shared_buffers", "256MB",
          "max_wal_size", "2GB",
          "password_encryption", "scram-sha-256");

  private final EmbeddedPostgres postgres;
  private final ShopDatabase database;

  private ShopServer(EmbeddedPostgres postgres, ShopDatabase database) {
    this.postgres = postgres;
    this.database = database;
  }

  /**
   * Starts the server.
   *
   * @param directory for its programs, data and log; may be deleted after {@link #close}
   */
  public static ShopServer start(Path directory) throws IOException, SQLException {
    var log = Redirect.appendTo(directory.resolve("postgres.log").toFile());
    var builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(directory.resolve("programs").toFile())
            .setDataDirectory(directory.resolve("data"))
            .setDataDirectoryCustomizer(ShopServer::askForPasswords)
            .setOutputRedirector(log)
            .setErrorRedirector(log)
            .setPGStartupWait(START_TIMEOUT)
            .setRegisterShutdownHook(false);
    SETTINGS.forEach(builder::setServerConfig);
    var postgres = start(builder);
    try {
      var superuser = new Login(HOST, postgres.getPort(), "postgres", "postgres", "");
      return new ShopServer(postgres, ShopDatabase.create(superuser));
    } catch (SQLException e) {
      postgres.close();
      throw e;
    }
  }

  /** The login of the role that owns the tables, which the application uses. */
  public Login owner() {
    return database.owner();
  }

  /**
   * The login of pgmend: not a superuser; can read statistics and has the privileges of the tables'
   * owner.
   */
  public Login operatorLogin() {
    return database.operatorLogin();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }

  private static EmbeddedPostgres start(EmbeddedPostgres.Builder builder) throws IOException {
    try {
      return builder.start();
    } catch (IllegalStateException e) {
      throw new IOException("Postgres did not start: " + e.getMessage(), e);
    }
  }

  /** The embedded server trusts every role; these two must use their password. */
  private static void askForPasswords(File dataDirectory) {
    var file = dataDirectory.toPath().resolve("pg_hba.conf");
    try {
      var rest = Files.readString(file);
      Files.writeString(file, "host all shop,pgmend all scram-sha-256\n" + rest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
