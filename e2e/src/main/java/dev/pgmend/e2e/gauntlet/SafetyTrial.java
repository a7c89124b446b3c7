// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Tries one way in which pgmend could do harm, on a real server of its own. {@link
 * java.util.ServiceLoader} finds the implementations, so a new trial needs no change elsewhere.
 */
public interface SafetyTrial {
  /** The name in CamelCase, for {@code --only}. */
  String name();

  /** What is tried, in a few words. */
  String tried();

  /** Why the trial cannot run on this machine; empty if it can. */
  default Optional<String> impossible() {
    return Optional.empty();
  }

  /** Runs the trial and checks what happened. */
  TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException;
}
