package dev.pgmend.e2e.gauntlet;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * One way in which pgmend could do harm, tried for real on a server of its own. Implementations are
 * found by {@link java.util.ServiceLoader}: a new one needs no change elsewhere.
 */
public interface SafetyTrial {
  /** In CamelCase; what {@code --only} takes. */
  String name();

  /** What is tried, in a few words. */
  String tried();

  /** Why it can't be tried on this machine; empty if it can. */
  default Optional<String> impossible() {
    return Optional.empty();
  }

  /** Tries it, and holds what happened against what had to. */
  TrialResult attempt(TrialEnvironment ground)
      throws IOException, SQLException, InterruptedException;
}
