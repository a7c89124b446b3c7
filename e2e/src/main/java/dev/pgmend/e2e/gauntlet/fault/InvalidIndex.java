package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** A concurrent build gave up waiting for somebody's transaction. */
@AutoService(Fault.class)
public final class InvalidIndex implements Fault {
  private static final String LOCK_TIMEOUT = "55P03";

  @Override
  public String detector() {
    return "InvalidIndex";
  }

  @Override
  public String target() {
    return "public.g_invalid(g_invalid_id)";
  }

  @Override
  public void prepare(TargetServer arena) throws SQLException {
    arena.run(
        "CREATE TABLE g_invalid (id int, note text)",
        "INSERT INTO g_invalid SELECT i, 'n' FROM generate_series(1, 20000) i",
        "ANALYZE g_invalid");
  }

  @Override
  public List<String> traffic() {
    return List.of(
        "SELECT note FROM g_invalid WHERE id = 17",
        "UPDATE g_invalid SET note = 'y' WHERE id = 18");
  }

  @Override
  public void inject(TargetServer arena) throws SQLException {
    try (var other = arena.connect()) {
      TargetServer.execute(other, "BEGIN", "UPDATE g_invalid SET note = 'x' WHERE id = 1");
      arena.run(
          "SET lock_timeout = '200ms'", "CREATE INDEX CONCURRENTLY g_invalid_id ON g_invalid (id)");
    } catch (SQLException e) {
      if (LOCK_TIMEOUT.equals(e.getSQLState())) {
        return;
      }
      throw e;
    }
    throw new SQLException("The concurrent build did not wait for the open transaction");
  }

  @Override
  public boolean isGone(TargetServer arena) throws SQLException {
    return arena.isTrue(
        "SELECT indisvalid AND indisready FROM pg_index"
            + " WHERE indexrelid = 'public.g_invalid_id'::regclass");
  }

  @Override
  public void cleanUp(TargetServer arena) throws SQLException {
    arena.run("DROP TABLE IF EXISTS g_invalid");
  }
}
