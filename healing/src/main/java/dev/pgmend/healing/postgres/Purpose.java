// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.time.Duration;

/** What a session is for; this decides what it can do to the server at worst. */
public enum Purpose {
  /** Reads only, never waits for a lock, never runs long. */
  INSPECT(true, Duration.ofMillis(500), Duration.ofSeconds(30)),

  /**
   * As an inspection, but with costs in the server that are distinguishable from other sessions.
   */
  LEARN(true, Duration.ofMillis(500), Duration.ofSeconds(30)),

  /** Watches a running repair and may cancel it; short statements only. */
  WATCH(false, Duration.ofMillis(500), Duration.ofSeconds(10)),

  /**
   * Runs a repair. No statement timeout, since a concurrent build of a large index takes hours. The
   * lock timeout also ends a build that waits for others' transactions, and throws away what it
   * built: it is as long as the longest transaction that the guards accept. Reads and writes do not
   * queue behind the locks that repairs take; if another session does, the guards cancel it.
   */
  REPAIR(false, Duration.ofMinutes(1), Duration.ZERO);

  /**
   * Otherwise a server that checks its client, or writes to it, cancels the statement of a lost
   * one.
   */
  private static final String OUTLIVES_ITS_CLIENT =
      " -c client_connection_check_interval=0 -c client_min_messages=error";

  /** A name that someone planted in another schema must never be found before the catalog's. */
  static final String SEARCH_PATH = "pg_catalog,pg_temp";

  private final boolean readOnly;
  private final Duration lockTimeout;
  private final Duration statementTimeout;

  Purpose(boolean readOnly, Duration lockTimeout, Duration statementTimeout) {
    this.readOnly = readOnly;
    this.lockTimeout = lockTimeout;
    this.statementTimeout = statementTimeout;
  }

  boolean readOnly() {
    return readOnly;
  }

  /**
   * Seconds without an answer after which the server is taken for gone; 0 for never, where a
   * statement may rightly take hours.
   */
  int socketTimeoutSeconds() {
    return statementTimeout.isZero() ? 0 : (int) statementTimeout.toSeconds() + 15;
  }

  /** Server settings of the session, as libpq's {@code options}. */
  String startupOptions() {
    return "-c lock_timeout="
        + lockTimeout.toMillis()
        + " -c statement_timeout="
        + statementTimeout.toMillis()
        + " -c default_transaction_read_only="
        + (readOnly ? "on" : "off")
        + " -c search_path="
        + SEARCH_PATH
        + " -c idle_in_transaction_session_timeout=60000"
        + " -c datestyle=ISO -c intervalstyle=postgres"
        + (this == REPAIR ? OUTLIVES_ITS_CLIENT : "");
  }
}
