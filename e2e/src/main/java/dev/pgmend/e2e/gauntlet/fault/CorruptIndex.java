// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Some bytes of an index on disk were overwritten. The index is on numbers: a damaged length of a
 * text could crash the process that reads it.
 */
@AutoService(Fault.class)
public final class CorruptIndex implements Fault {
  private static final int PAGE = 8192;
  private static final int BLOCK = 5;

  @Override
  public String detector() {
    return "CorruptIndex";
  }

  @Override
  public String target() {
    return "public.g_damaged(g_damaged_code)";
  }

  /** An inspection reads for five seconds and continues in the next one. */
  @Override
  public Duration findableWithin() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Optional<String> impossible(TargetServer server) {
    return server.withoutFiles();
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.runAsSuperuser(
        "CREATE EXTENSION IF NOT EXISTS amcheck",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO pgmend",
        "SET allow_in_place_tablespaces = on",
        "CREATE TABLESPACE g_elsewhere LOCATION ''");
    server.run(
        "CREATE TABLE g_damaged (id int PRIMARY KEY, hits int NOT NULL, code int)",
        "INSERT INTO g_damaged SELECT i, 0, i * 7 FROM generate_series(1, 20000) i",
        "CREATE INDEX g_damaged_code ON g_damaged (code)",
        "ANALYZE g_damaged");
  }

  /** The statement does not use the index, because it would fail on the damage. */
  @Override
  public List<String> traffic() {
    return List.of(
        "UPDATE g_damaged SET hits = hits + 1 WHERE id = 9",
        "SELECT hits FROM g_damaged WHERE id = 9");
  }

  /**
   * Moving the index to another tablespace copies it past the shared buffers. Until it is damaged,
   * nobody may read it into the buffers, where it would stay intact.
   */
  @Override
  public void inject(TargetServer server) throws SQLException {
    try (var connection = server.superuser().connect("gauntlet")) {
      TargetServer.execute(
          connection,
          "BEGIN",
          "LOCK TABLE g_damaged IN ACCESS EXCLUSIVE MODE",
          "ALTER INDEX g_damaged_code SET TABLESPACE g_elsewhere");
      damage(server, path(connection));
      TargetServer.execute(connection, "COMMIT");
    }
  }

  private static String path(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT pg_relation_filepath('public.g_damaged_code')")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void damage(TargetServer server, String path) throws SQLException {
    try (var pages =
        new RandomAccessFile(server.files().orElseThrow().data().resolve(path).toFile(), "rw")) {
      pages.seek((long) BLOCK * PAGE + PAGE / 2);
      pages.write(new byte[PAGE / 4]);
    } catch (IOException e) {
      throw new SQLException("could not damage " + path, e);
    }
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT count(*) = 1 FROM (SELECT bt_index_check('public.g_damaged_code', true)) checked");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_damaged");
    server.runAsSuperuser("DROP TABLESPACE IF EXISTS g_elsewhere");
  }
}
