// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Session;
import java.util.Map;
import java.util.Optional;

/**
 * A quick statement that gives the same result however often it runs, such as ALTER ... SET: after
 * a crash it is simply run again.
 */
record IdempotentStep(String sql) implements Step {
  /** Makes the server read its files again; what waits for it sees the new values soon after. */
  static final IdempotentStep RELOAD = new IdempotentStep("SELECT pg_reload_conf()");

  @Override
  public Map<String, String> mark(Session session) {
    return Map.of();
  }

  @Override
  public StepOutcome aftermath(Session session, Map<String, String> mark) {
    return StepOutcome.UNTOUCHED;
  }

  @Override
  public Optional<Progress> progress(Session session, int backendPid) {
    return Optional.empty();
  }
}
