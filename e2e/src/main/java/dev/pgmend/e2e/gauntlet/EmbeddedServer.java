// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.shop.ShopDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An embedded Postgres of one version, with the shop's database in it. */
final class EmbeddedServer implements ShopPostgres {
  private static final String HOST = "127.0.0.1";

  /** Passed on the command line, because the embedded server turns durability off there. */
  private static final Map<String, String> DURABLE =
      Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

  /** In the configuration file: a value on the command line would override ALTER SYSTEM. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "shared_preload_libraries", "pg_stat_statements",
          "shared_buffers", "256MB",
          "max_wal_size", "2GB",
          // A standby streams without a slot.
          "wal_keep_size", "512MB",
          "max_prepared_transactions", "10",
          "password_encryption", "scram-sha-256");

  private final EmbeddedPostgres postgres;
  private final ShopDatabase database;
  private final TargetServer target;
  private volatile boolean stopped;

  private EmbeddedServer(EmbeddedPostgres postgres, ShopDatabase database, TargetServer target) {
    this.postgres = postgres;
    this.database = database;
    this.target = target;
  }

  /**
   * @param programs the directory to unpack the server's programs into, unless they are there
   * @param extensions a directory of extensions to add to the server, if any
   */
  static EmbeddedServer start(int major, Path directory, Path programs, Optional<Path> extensions)
      throws IOException, SQLException {
    var data = directory.resolve("data");
    var log = Redirect.appendTo(directory.resolve("postgres.log").toFile());
    var builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver((_, _) -> binaries(major))
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(data)
            .setDataDirectoryCustomizer(EmbeddedServer::configure)
            .setOutputRedirector(log)
            .setErrorRedirector(log)
            .setPGStartupWait(Duration.ofMinutes(1))
            .setRegisterShutdownHook(false);
    DURABLE.forEach(builder::setServerConfig);
    var postgres = builder.start();
    try {
      if (extensions.isPresent()) {
        add(extensions.get(), programs);
      }
      var superuser = new Login(HOST, postgres.getPort(), "postgres", "postgres", "");
      var database = ShopDatabase.create(superuser);
      var inShop = new Login(HOST, postgres.getPort(), database.owner().database(), "postgres", "");
      var target =
          new TargetServer(database.owner(), inShop, Optional.of(new ServerFiles(data, programs)));
      target.runAsSuperuser(RepairGrants.statements(database.operatorLogin().user()));
      return AtExit.close(new EmbeddedServer(postgres, database, target));
    } catch (IOException | SQLException e) {
      postgres.close();
      throw e;
    }
  }

  /** Adds extensions to those that the server came with. */
  private static void add(Path extensions, Path programs) throws IOException {
    try (var servers = Files.newDirectoryStream(programs, Files::isDirectory)) {
      for (var server : servers) {
        copy(extensions.resolve("share/extension"), server.resolve("share/postgresql/extension"));
        copy(extensions.resolve("lib"), server.resolve("lib/postgresql"));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from)) {
      throw new FileNotFoundException("there is no directory " + from);
    }
    try (var files = Files.newDirectoryStream(from)) {
      for (var file : files) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Override
  public TargetServer target() {
    return target;
  }

  @Override
  public Login operatorLogin() {
    return database.operatorLogin();
  }

  boolean isStopped() {
    return stopped;
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    postgres.close();
  }

  private static InputStream binaries(int major) throws IOException {
    var resource = "/postgres/" + major + "/postgres.txz";
    var stream = EmbeddedServer.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException(
          "there is no embedded Postgres %d here; there are 15, 17 and 18".formatted(major));
    }
    return stream;
  }

  private static void configure(File dataDirectory) {
    try {
      var directory = dataDirectory.toPath();
      Files.writeString(
          directory.resolve("postgresql.conf"),
          SETTINGS.entrySet().stream()
              .map(setting -> "%s = '%s'%n".formatted(setting.getKey(), setting.getValue()))
              .collect(Collectors.joining()),
          StandardOpenOption.APPEND);
      var access = directory.resolve("pg_hba.conf");
      var rest = Files.readString(access);
      Files.writeString(access, "host all shop,pgmend all scram-sha-256\n" + rest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
