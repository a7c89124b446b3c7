// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.Session;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A database of a test's own, with a superuser's connection to it; dropped when closed. */
public final class TestDatabase implements AutoCloseable {
  private static final String ROLE_PASSWORD = "open sesame";

  private final TestServer testServer;
  private final String name;
  private final Connection connection;
  private final List<String> roles = new ArrayList<>();

  private TestDatabase(TestServer testServer, String name, Connection connection) {
    this.testServer = testServer;
    this.name = name;
    this.connection = connection;
  }

  static TestDatabase create(TestServer server, String name, String template) {
    try (var admin = server.connect(server.spec().database());
        var statement = admin.createStatement()) {
      statement.execute(
          "CREATE DATABASE %s TEMPLATE %s".formatted(Identifiers.quote(name), template));
      return new TestDatabase(server, name, server.connect(name));
    } catch (SQLException e) {
      throw new IllegalStateException("Can't create database " + name + " on " + server, e);
    }
  }

  /** Another one on the same server, whose texts ICU sorts. */
  public TestDatabase sortedByIcu() {
    return create(
        testServer, name + "_icu", "template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'");
  }

  public String name() {
    return name;
  }

  public ConnectionSpec spec() {
    return testServer.spec().withDatabase(name);
  }

  public Server server() {
    return new Server(spec());
  }

  /**
   * A new login role without rights, dropped with the database.
   *
   * @param memberOf roles whose rights it inherits
   */
  public String createRole(String... memberOf) {
    var role = name + "_role_" + (roles.size() + 1);
    roles.add(role);
    execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(Identifiers.quote(role), ROLE_PASSWORD));
    for (var group : memberOf) {
      execute("GRANT %s TO %s".formatted(group, Identifiers.quote(role)));
    }
    return role;
  }

  /** The same database as another role sees it. */
  public Server serverAs(String role) {
    return serverAs(role, ROLE_PASSWORD);
  }

  public Server serverAs(String role, String password) {
    var spec = spec();
    return new Server(
        new ConnectionSpec(
            spec.host(), spec.port(), spec.database(), role, password, spec.options()));
  }

  /** How a user would write where it is. */
  public String url() {
    var spec = spec();
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(
            encode(spec.user()),
            encode(spec.password()),
            spec.host(),
            spec.port(),
            encode(spec.database()));
  }

  public Session session(Purpose purpose) {
    return server().open(purpose, "pgmend/test");
  }

  /** A new connection as a superuser. */
  public Connection connect() {
    try {
      return testServer.connect(name);
    } catch (SQLException e) {
      throw new IllegalStateException("Can't connect to " + this, e);
    }
  }

  /** A new connection as a role that {@link #createRole} made. */
  public Connection connectAs(String role) throws SQLException {
    return TestServer.connect(serverAs(role).spec());
  }

  /** Runs statements in autocommit. */
  public void execute(String... statements) {
    for (var sql : statements) {
      execute(connection, sql);
    }
  }

  /** The values of the first column. */
  public List<String> texts(String query) {
    return rows(connection, query);
  }

  /** The only value of the first row. */
  public String text(String query) {
    return texts(query).getFirst();
  }

  public long number(String query) {
    return Long.parseLong(text(query));
  }

  public boolean isTrue(String query) {
    return text(query).equals("t");
  }

  /** Begins a transaction and leaves it open. */
  public OpenTransaction begin(String... statements) {
    return OpenTransaction.begin(connect(), statements);
  }

  /** Runs statements over a connection of their own, which is closed afterwards. */
  public CompletableFuture<Void> inBackground(String... statements) {
    return inBackground(() -> {
      try (var own = connect()) {
        for (var sql : statements) {
          execute(own, sql);
        }
      }
      return null;
    });
  }

  /** Runs a task on a virtual thread. */
  public static <T> CompletableFuture<T> inBackground(Callable<T> task) {
    var result = new CompletableFuture<T>();
    Thread.ofVirtual()
        .name("test-background")
        .start(() -> {
          try {
            result.complete(task.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  @Override
  public void close() {
    try {
      // Prepared transactions outlive their session and would keep the database.
      for (var gid :
          texts("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
        execute("ROLLBACK PREPARED " + Identifiers.literal(gid));
      }
      connection.close();
      try (var admin = testServer.connect(testServer.spec().database());
          var statement = admin.createStatement()) {
        statement.execute("DROP DATABASE " + Identifiers.quote(name) + " WITH (FORCE)");
        for (var role : roles) {
          statement.execute("DROP ROLE " + Identifiers.quote(role));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Can't drop " + this, e);
    }
  }

  /** For the display names of parameterised tests. */
  @Override
  public String toString() {
    return testServer.toString();
  }

  static void execute(Connection connection, String sql) {
    try (var statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      throw new CompletionException(sql + ": " + e.getMessage(), e);
    }
  }

  static List<String> rows(Connection connection, String query) {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(String.valueOf(rows.getString(1)));
      }
      return values;
    } catch (SQLException e) {
      throw new CompletionException(query + ": " + e.getMessage(), e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
