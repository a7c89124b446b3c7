package dev.pgmend.e2e.gauntlet.scenario;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Arena;
import dev.pgmend.e2e.gauntlet.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A transaction manager prepared a transaction and died. */
@AutoService(Scenario.class)
public final class PreparedTransaction implements Scenario {
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
    return Map.of("PreparedTransaction.minSeconds", "3");
  }

  @Override
  public Duration ripensIn(Duration interval) {
    return Duration.ofSeconds(3);
  }

  @Override
  public boolean mendable() {
    return false;
  }

  @Override
  public boolean disturbs() {
    return true;
  }

  @Override
  public Optional<String> impossible(Arena arena) throws SQLException {
    return arena.isTrue("SELECT current_setting('max_prepared_transactions')::int > 0")
        ? Optional.empty()
        : Optional.of("max_prepared_transactions is 0");
  }

  @Override
  public void prepare(Arena arena) throws SQLException {
    arena.run("CREATE TABLE g_prepared (id int)");
  }

  @Override
  public void inject(Arena arena) throws SQLException {
    arena.run(
        "BEGIN",
        "INSERT INTO g_prepared VALUES (1)",
        "PREPARE TRANSACTION '%s'".formatted(GID.replace("'", "''")));
  }

  @Override
  public boolean isGone(Arena arena) throws SQLException {
    return arena.isTrue("SELECT count(*) = 0 FROM pg_prepared_xacts");
  }

  @Override
  public void cleanUp(Arena arena) throws SQLException {
    if (!isGone(arena)) {
      arena.run("ROLLBACK PREPARED '%s'".formatted(GID.replace("'", "''")));
    }
    arena.run("DROP TABLE IF EXISTS g_prepared");
  }
}
