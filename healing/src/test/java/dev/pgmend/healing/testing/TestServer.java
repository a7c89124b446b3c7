// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.ConnectionSpec;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One Postgres to test against; it starts when it is first used and ends with the JVM. */
public final class TestServer {
  /**
   * A login role that is a member of this one must give its password; everyone else is trusted. Not
   * on servers that a URL names.
   */
  public static final String WITH_PASSWORD = "with_password";

  private static final String TEMPLATE = "pgmend_template";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "shared_preload_libraries", "pg_stat_statements",
          // Many databases of one server: none may push the statements of another out.
          "pg_stat_statements.max", "50000",
          "compute_query_id", "on",
          "track_activities", "on",
          // It would mend, or wait for, what a test has broken on purpose.
          "autovacuum", "off",
          "max_prepared_transactions", "5",
          // For the test that turns it on: no worker comes as long as the test lasts.
          "autovacuum_naptime", "1d",
          "wal_level", "replica");

  private final String name;
  private final Supplier<ConnectionSpec> starter;
  private final AtomicInteger databases = new AtomicInteger();
  private final boolean thrownAway;
  private ConnectionSpec started;
  private CompletableFuture<TestDatabase> spare;

  private TestServer(String name, boolean thrownAway, Supplier<ConnectionSpec> starter) {
    this.name = name;
    this.thrownAway = thrownAway;
    this.starter = starter;
  }

  static TestServer embedded(int major) {
    return new TestServer(
        "Postgres " + major,
        true,
        () -> {
          var spec = startEmbedded(major, TestServer::configure);
          makeTemplate(spec);
          return spec;
        });
  }

  /** A server in recovery that follows nobody: it can be read, and has no database of a test's. */
  static TestServer standby(int major) {
    return new TestServer(
        "standby " + major,
        true,
        () ->
            startEmbedded(
                major,
                directory -> {
                  configure(directory);
                  write(directory.toPath().resolve("standby.signal"), "");
                }));
  }

  /** A server of a container image, such as {@code postgres:16}. */
  static TestServer container(String image) {
    return new TestServer(
        image,
        true,
        () -> {
          var spec = PostgresContainer.start(image, settings());
          makeTemplate(spec);
          return spec;
        });
  }

  static TestServer at(ConnectionSpec spec) {
    return new TestServer(
        spec.toString(),
        false,
        () -> {
          makeTemplate(spec);
          return spec;
        });
  }

  /** How to reach it as a superuser. */
  public synchronized ConnectionSpec spec() {
    if (started == null) {
      started = starter.get();
    }
    return started;
  }

  /** A new database with the extensions pg_stat_statements, pgstattuple and amcheck. */
  public TestDatabase createDatabase() {
    return nextDatabase().join();
  }

  /**
   * Making a database takes longer than most tests, so while one test runs the next one's is made;
   * not on a server that outlives the tests, since the last is never used.
   */
  private synchronized CompletableFuture<TestDatabase> nextDatabase() {
    if (!thrownAway) {
      return startCreating();
    }
    var ready = spare == null ? startCreating() : spare;
    spare = startCreating();
    return ready;
  }

  private CompletableFuture<TestDatabase> startCreating() {
    var database =
        "pgmend_test_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
    spec();
    return TestDatabase.inBackground(() -> createDatabase(database));
  }

  /** The same, under a name of one's own. */
  public TestDatabase createDatabase(String database) {
    return TestDatabase.create(this, database, TEMPLATE);
  }

  /** A new connection to one of its databases. */
  Connection connect(String database) throws SQLException {
    return connect(spec().withDatabase(database));
  }

  @Override
  public String toString() {
    return name;
  }

  static Connection connect(ConnectionSpec spec) throws SQLException {
    return connect(spec, new Properties());
  }

  static Connection connect(ConnectionSpec spec, Properties more) throws SQLException {
    var properties = new Properties();
    properties.putAll(more);
    properties.putAll(spec.options());
    properties.setProperty("user", spec.user());
    properties.setProperty("password", spec.password());
    var url =
        "jdbc:postgresql://%s:%d/%s"
            .formatted(
                spec.host(),
                spec.port(),
                URLEncoder.encode(spec.database(), StandardCharsets.UTF_8));
    return DriverManager.getConnection(url, properties);
  }

  /** Installing the extensions once and copying them is far quicker than once per test. */
  private static void makeTemplate(ConnectionSpec spec) {
    try (var server = connect(spec);
        var statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + TEMPLATE);
      statement.execute("CREATE DATABASE " + TEMPLATE);
      statement.execute(
          "DO $$ BEGIN CREATE ROLE %s; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
              .formatted(WITH_PASSWORD));
      try (var template = connect(spec.withDatabase(TEMPLATE));
          var inTemplate = template.createStatement()) {
        inTemplate.execute("CREATE EXTENSION pg_stat_statements");
        inTemplate.execute("CREATE EXTENSION pgstattuple");
        inTemplate.execute("CREATE EXTENSION amcheck");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Can't prepare " + spec, e);
    }
  }

  private static ConnectionSpec startEmbedded(int major, Consumer<File> configure) {
    var builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver((_, _) -> binaries(major))
            .setDataDirectoryCustomizer(configure);
    try {
      // Closed by its own shutdown hook: it serves every test of this JVM.
      @SuppressWarnings({"resource", "MustBeClosedChecker"})
      var port = builder.start().getPort();
      return new ConnectionSpec("localhost", port, "postgres", "postgres", "postgres", Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException("Can't start the embedded Postgres " + major, e);
    }
  }

  private static InputStream binaries(int major) throws IOException {
    var resource = "/postgres/" + major + "/postgres.txz";
    var stream = TestServer.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException(
          resource + " is not on the classpath; run mvn generate-test-resources in healing");
    }
    return stream;
  }

  /** In files rather than on the command line, which would overrule a test's ALTER SYSTEM. */
  private static void configure(File dataDirectory) {
    var directory = dataDirectory.toPath();
    write(directory.resolve("postgresql.conf"), settings());
    var access = directory.resolve("pg_hba.conf");
    try {
      var trusting = Files.readString(access);
      Files.writeString(access, "host all +" + WITH_PASSWORD + " all scram-sha-256\n" + trusting);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String settings() {
    return SETTINGS.entrySet().stream()
        .map(setting -> setting.getKey() + " = '" + setting.getValue() + "'\n")
        .collect(Collectors.joining());
  }

  private static void write(Path file, String more) {
    try {
      Files.writeString(file, more, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
