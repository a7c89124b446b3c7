// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A transaction manager prepared a transaction and never ended it. */
@AutoService(Fault.class)
public final class PreparedTransaction implements Fault {
  private static final String GID = "gauntlet's own";

  @Override
  public String detector() {
    return "PreparedTransaction";
  }

  @Override
  public String target() {
    return "prepared " + GID;
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("PreparedTransaction.warnAge", "3s");
  }

  @Override
  public Duration ripensIn(Duration interval) {
    return Duration.ofSeconds(3);
  }

  @Override
  public boolean repairable() {
    return false;
  }

  @Override
  public boolean disturbs() {
    return true;
  }

  @Override
  public Optional<String> impossible(TargetServer server) throws SQLException {
    return server.isTrue("SELECT current_setting('max_prepared_transactions')::int > 0")
        ? Optional.empty()
        : Optional.of("max_prepared_transactions is 0");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run("CREATE TABLE g_prepared (id int)");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run(
        "BEGIN",
        "INSERT INTO g_prepared VALUES (1)",
        "PREPARE TRANSACTION '%s'".formatted(GID.replace("'", "''")));
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT count(*) = 0 FROM pg_prepared_xacts");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    if (!isGone(server)) {
      server.run("ROLLBACK PREPARED '%s'".formatted(GID.replace("'", "''")));
    }
    server.run("DROP TABLE IF EXISTS g_prepared");
  }
}
