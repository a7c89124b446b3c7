// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** The column was changed to bigint, but its sequence was not. */
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
  public void prepare(TargetServer server) throws SQLException {
    server.run("CREATE TABLE g_numbers (id serial)", "ALTER TABLE g_numbers ALTER id TYPE bigint");
  }

  @Override
  public List<String> traffic() {
    return List.of("INSERT INTO g_numbers DEFAULT VALUES");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("SELECT setval('g_numbers_id_seq', 2100000000)");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT data_type = 'bigint'::regtype FROM pg_sequences"
            + " WHERE sequencename = 'g_numbers_id_seq'");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_numbers");
  }
}
