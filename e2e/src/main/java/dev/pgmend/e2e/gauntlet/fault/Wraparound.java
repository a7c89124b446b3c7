// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** A table was not frozen for 300,000 transactions. */
@AutoService(Fault.class)
public final class Wraparound implements Fault {
  private static final String BURN =
      """
      DO $$ BEGIN
        FOR i IN 1..%d LOOP
          -- Each block that writes and can fail takes a transaction number of its own.
          BEGIN
            UPDATE g_burn SET id = i;
          EXCEPTION WHEN division_by_zero THEN NULL;
          END;
          IF i %% 500 = 0 THEN COMMIT; END IF;
        END LOOP;
      END $$
      """;

  @Override
  public String detector() {
    return "Wraparound";
  }

  @Override
  public String target() {
    return "public.g_old";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("Wraparound.warnXidAge", "290000");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_old (id int) WITH (autovacuum_enabled = off)",
        "INSERT INTO g_old SELECT generate_series(1, 900)",
        "CREATE TEMP TABLE g_burn AS SELECT 0 AS id",
        BURN.formatted(240_000));
    // Includes the catalogs, because the age of a database is that of its oldest table.
    server.runAsSuperuser(
        "VACUUM (FREEZE) "
            + String.join(
                ", ",
                server.texts(
                    "SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'm')"
                        + " AND relpersistence <> 't' AND relname <> 'g_old'")));
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT count(*) FROM g_old");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("CREATE TEMP TABLE g_burn AS SELECT 0 AS id", BURN.formatted(60_000));
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT age(relfrozenxid) < 100000 FROM pg_class WHERE relname = 'g_old'");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_old");
  }
}
