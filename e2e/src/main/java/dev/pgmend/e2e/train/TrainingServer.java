// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import dev.pgmend.learner.model.ObservedPlan;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/** An embedded Postgres of one version for training. */
final class TrainingServer implements AutoCloseable {
  private final int major;
  private final EmbeddedPostgres postgres;

  private TrainingServer(int major, EmbeddedPostgres postgres) {
    this.major = major;
    this.postgres = postgres;
  }

  static TrainingServer start(int major) throws IOException {
    return new TrainingServer(
        major,
        EmbeddedPostgres.builder()
            .setPgBinaryResolver((_, _) -> binaries(major))
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("autovacuum", "off")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setPGStartupWait(Duration.ofSeconds(60))
            .setErrorRedirector(Redirect.DISCARD)
            .setOutputRedirector(Redirect.DISCARD)
            .start());
  }

  private static InputStream binaries(int major) throws IOException {
    var resource = "/postgres/" + major + "/postgres.txz";
    var stream = TrainingServer.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException(resource + " is not on the classpath; run ./pgmend train");
    }
    return stream;
  }

  /** Loads a database and collects plans from it. */
  List<ObservedPlan> collect(
      TrainingDatabase database, Duration time, RandomGenerator random, InstantSource clock)
      throws SQLException {
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database.name());
    }
    try (var connection = postgres.getDatabase("postgres", database.name()).getConnection()) {
      database.loader().load(connection);
      return new Collector(connection, database, major, random, clock).collect(time);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
