// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.Guards;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fence: at most one session repairs a database. It is a session lock, so the server releases
 * it exactly when the backend that runs the statement ends, even if its client died earlier.
 */
final class Predecessor {
  private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);

  /** Two keys, "pgmd" in ASCII and 1, so as not to meet other tools' single 64-bit keys. */
  private static final String TRY_LOCK = "SELECT pg_try_advisory_lock(1885826404, 1)";

  private static final String UNLOCK = "SELECT pg_advisory_unlock(1885826404, 1)";

  private final Session session;
  private final Session watch;
  private final String application;
  private final IntFunction<Optional<Guards.Held>> guards;

  /** A backend of an earlier attempt at the same action. */
  private record Backend(int pid, boolean active) {}

  /**
   * @param guards whether the statement that a backend runs may go on
   */
  Predecessor(
      Session session,
      Session watch,
      String application,
      IntFunction<Optional<Guards.Held>> guards) {
    this.session = session;
    this.watch = watch;
    this.application = application;
    this.guards = guards;
  }

  /**
   * Takes the lock. If an earlier attempt at the same action still runs its statement in the
   * server, waits until it has ended, or cancels it if a guard holds: what it leaves incomplete is
   * cleaned up by the reader of the journal. One that is connected but idle has lost its client,
   * and is ended.
   *
   * @return false if another action holds the lock
   */
  boolean lockOrWait(ProgressProbe progress) throws SQLException {
    while (!tryLock()) {
      var backends = earlierBackends();
      if (backends.isEmpty()) {
        // It may have ended between the two questions.
        return tryLock();
      }
      for (var backend : backends) {
        if (backend.active) {
          progress.ask(backend.pid);
          var held = guards.apply(backend.pid);
          if (held.isPresent()) {
            LOG.info("Cancelling what backend {} still runs: {}", backend.pid, held.get().why());
            watch.query("SELECT pg_cancel_backend(?)", row -> row.getBoolean(1), backend.pid);
          }
        } else {
          watch.query("SELECT pg_terminate_backend(?)", row -> row.getBoolean(1), backend.pid);
        }
      }
      Poll.pause();
    }
    return true;
  }

  /** Frees the lock at once; closing the session would, but only when the server notices. */
  void unlock() throws SQLException {
    session.query(UNLOCK, row -> row.getBoolean(1));
  }

  private boolean tryLock() throws SQLException {
    return session.queryOne(TRY_LOCK, row -> row.getBoolean(1));
  }

  private List<Backend> earlierBackends() throws SQLException {
    return watch.query(
        """
        SELECT pid, state = 'active' FROM pg_stat_activity
         WHERE application_name = ? AND datname = current_database() AND pid <> ?
        """,
        row -> new Backend(row.getInt(1), row.getBoolean(2)),
        application,
        session.backendPid());
  }
}
