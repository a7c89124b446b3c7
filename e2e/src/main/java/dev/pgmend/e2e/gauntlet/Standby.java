// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Login;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** A physical standby, copied from a running server. */
public final class Standby implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** Not copied: files of the primary alone, and the WAL, which is copied last. */
  private static final Set<String> NOT_COPIED = Set.of("postmaster.pid", "pg_wal", "pg_replslot");

  private final Process process;
  private final Login superuser;

  private Standby(Process process, Login superuser) {
    this.process = process;
    this.superuser = superuser;
  }

  /**
   * Copies the server and waits until the copy accepts connections.
   *
   * @param primary a superuser's login
   * @param programs a directory that contains the server's programs
   * @param data the server's data directory
   * @param copy a directory that does not exist yet
   * @param name its application_name on the primary
   */
  static Standby of(Login primary, Path programs, Path data, Path copy, String name)
      throws SQLException {
    try {
      copy(primary, data, copy);
      var port = freePort();
      Files.createFile(copy.resolve("standby.signal"));
      Files.writeString(
          copy.resolve("postgresql.auto.conf"),
          """
          primary_conninfo = 'host=%s port=%d user=%s application_name=%s'
          port = %d
          """
                  .formatted(primary.host(), primary.port(), primary.user(), name, port)
              + noLessThan(primary),
          StandardOpenOption.APPEND);
      var log = Redirect.appendTo(new File(copy + ".log"));
      var process =
          new ProcessBuilder(command(programs, copy))
              .redirectOutput(log)
              .redirectError(log)
              .start();
      var login =
          new Login(primary.host(), port, primary.database(), primary.user(), primary.password());
      var standby = AtExit.close(new Standby(process, login));
      standby.awaitStart();
      return standby;
    } catch (IOException e) {
      throw new SQLException("Could not make a standby of " + primary, e);
    }
  }

  /** Pauses replay. The standby continues to receive WAL. */
  public void pauseReplay() throws SQLException {
    try (var connection = connect()) {
      TargetServer.execute(connection, "SELECT pg_wal_replay_pause()");
    }
  }

  /** Promotes the standby and returns a superuser's login to it. */
  public Login promote() throws SQLException {
    try (var connection = connect()) {
      TargetServer.execute(connection, "SELECT pg_promote(true)");
    }
    return superuser;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private Connection connect() throws SQLException {
    return superuser.connect("gauntlet/standby");
  }

  private void awaitStart() throws SQLException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (var _ = connect()) {
        return;
      } catch (SQLException e) {
        if (!process.isAlive() || System.nanoTime() > end) {
          close();
          throw new SQLException("The standby did not start: " + e.getMessage(), e);
        }
        LockSupport.parkNanos(LOOK_EVERY.toNanos());
      }
    }
  }

  /**
   * The settings that must not be lower on a standby; the primary may have them from its command
   * line.
   */
  private static String noLessThan(Login primary) throws SQLException {
    try (var connection = primary.connect("gauntlet/backup");
        var statement = connection.createStatement();
        var settings =
            statement.executeQuery(
                """
                SELECT string_agg(format(E'%s = %s\\n', name, setting), '') FROM pg_settings
                 WHERE name IN ('max_connections', 'max_worker_processes', 'max_wal_senders',
                                'max_prepared_transactions', 'max_locks_per_transaction')
                """)) {
      settings.next();
      return settings.getString(1);
    }
  }

  /** Postgres refuses to run as root, so it runs in a user namespace, like the embedded server. */
  private static List<String> command(Path programs, Path data) throws IOException {
    var command = new ArrayList<String>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "-U"));
    }
    try (var files =
        Files.find(programs, 5, (path, _) -> path.endsWith(Path.of("bin", "postgres")))) {
      command.add(files.findFirst().orElseThrow().toString());
    }
    command.addAll(List.of("-D", data.toString(), "-k", data.toString()));
    return command;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void copy(Login primary, Path data, Path copy) throws SQLException, IOException {
    try (var connection = primary.connect("gauntlet/backup");
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('pgmend gauntlet', true)");
      copyTree(data, copy, NOT_COPIED);
      Files.createDirectories(copy.resolve("pg_replslot"));
      try (var label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        label.next();
        Files.writeString(copy.resolve("backup_label"), label.getString(1));
      }
      copyTree(data.resolve("pg_wal"), copy.resolve("pg_wal"), Set.of());
    }
  }

  private static void copyTree(Path from, Path to, Set<String> but) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (but.contains(from.relativize(directory).toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.copy(
                directory,
                to.resolve(from.relativize(directory)),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!but.contains(from.relativize(file).toString())) {
              Files.copy(
                  file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }

          // The table was dropped meanwhile; replay of the WAL handles that.
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
