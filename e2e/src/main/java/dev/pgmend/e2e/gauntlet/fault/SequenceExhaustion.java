package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** The column was widened in time, the sequence that fills it was not. */
@AutoService(Fault.class)
public final class SequenceExhaustion implements Fault {
  @Override
  public String detector() {
    return "SequenceExhaustion";
  }

  @Override
  public String target() {
    return "public.g_numbers_id_seq";
  }

  @Override
  public void prepare(TargetServer arena) throws SQLException {
    arena.run("CREATE TABLE g_numbers (id serial)", "ALTER TABLE g_numbers ALTER id TYPE bigint");
  }

  @Override
  public List<String> traffic() {
    return List.of("INSERT INTO g_numbers DEFAULT VALUES");
  }

  @Override
  public void inject(TargetServer arena) throws SQLException {
    arena.run("SELECT setval('g_numbers_id_seq', 2100000000)");
  }

  @Override
  public boolean isGone(TargetServer arena) throws SQLException {
    return arena.isTrue(
        "SELECT data_type = 'bigint'::regtype FROM pg_sequences"
            + " WHERE sequencename = 'g_numbers_id_seq'");
  }

  @Override
  public void cleanUp(TargetServer arena) throws SQLException {
    arena.run("DROP TABLE IF EXISTS g_numbers");
  }
}
