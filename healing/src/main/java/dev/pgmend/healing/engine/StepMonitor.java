// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.GuardContext;
import dev.pgmend.healing.guard.Guards;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one running statement from a thread of its own: reports its progress, asks the guards
 * again, and cancels it in the server when a guard holds it. Until {@link #stop} returns, the
 * watching session is this thread's alone.
 */
final class StepMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(StepMonitor.class);

  private final GuardContext context;
  private final ProgressProbe progress;
  private final Halt halt;
  private final AtomicReference<Guards.@Nullable Held> held = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopping;

  private StepMonitor(GuardContext context, ProgressProbe progress, Halt halt) {
    this.halt = halt;
    this.context = context;
    this.progress = progress;
    this.thread = Thread.ofVirtual().name("pgmend-monitor").unstarted(this::watch);
  }

  static StepMonitor start(GuardContext context, ProgressProbe progress, Halt halt) {
    var monitor = new StepMonitor(context, progress, halt);
    monitor.thread.start();
    return monitor;
  }

  /**
   * Ends the watching; may be called again.
   *
   * @return why the statement was cancelled, if this monitor did it
   */
  Optional<Guards.Held> stop() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return Optional.ofNullable(held.get());
  }

  private void watch() {
    while (true) {
      Poll.pause();
      if (stopping) {
        return;
      }
      try {
        if (look()) {
          return;
        }
      } catch (SQLException e) {
        LOG.warn("Cannot watch backend {}", context.backendPid(), e);
        lookAnew();
      }
    }
  }

  /** True if the statement was cancelled. */
  private boolean look() throws SQLException {
    var now = halt.held().or(() -> Guards.during(context));
    // The statement may have ended, or been let go, while that was asked.
    if (now.isEmpty() || stopping) {
      reportProgress();
      return false;
    }
    cancel();
    held.set(now.get());
    return true;
  }

  /** Until that works the statement runs unseen: it is safe to take up again, whatever happens. */
  private void lookAnew() {
    try {
      context.session().reopen();
    } catch (SQLException e) {
      LOG.warn("Still cannot watch backend {}: {}", context.backendPid(), e.getMessage());
    }
  }

  /** The listener writes to an API server; its failure must not stop the guards. */
  private void reportProgress() throws SQLException {
    try {
      progress.ask(context.backendPid());
    } catch (RuntimeException e) {
      LOG.warn("Could not report the progress of backend {}", context.backendPid(), e);
    }
  }

  private void cancel() throws SQLException {
    context
        .session()
        .query("SELECT pg_cancel_backend(?)", row -> row.getBoolean(1), context.backendPid());
  }
}
