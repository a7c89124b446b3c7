// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.pgmend.healing.guard.GuardContext;
import dev.pgmend.healing.guard.Guards;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Step;
import dev.pgmend.healing.repair.StepOutcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One attempt at a plan, over two sessions: one runs the statements, the other watches. */
final class PlanRun {
  private static final RetryPolicy<Void> WHEN_BUSY =
      RetryPolicy.<Void>builder()
          .handleIf(e -> e instanceof SQLException sql && SqlFailure.of(sql) == SqlFailure.BUSY)
          .withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(30))
          .withJitter(0.3)
          .withMaxRetries(4)
          .build();

  /** A statement that crashes its server each time must not be run for ever. */
  private static final int MAX_LOST_CONNECTIONS = 3;

  /** Nor one that ends this process; but a process has many reasons to end. */
  private static final int MAX_DEATHS = 10;

  /** A build that ran longer than this before it was cancelled is not begun again at once. */
  private static final Duration SHORT = Duration.ofMinutes(2);

  private final Session session;
  private final Session watch;
  private final String application;
  private final RepairPlan plan;
  private final RunRecord record;
  private final RunListener listener;
  private final Halt halt;
  private final GuardContext context;

  PlanRun(
      Session session,
      Session watch,
      String application,
      RepairPlan plan,
      Limits limits,
      RunRecord record,
      RunListener listener,
      Halt halt)
      throws SQLException {
    this.session = session;
    this.watch = watch;
    this.application = application;
    this.plan = plan;
    this.record = record;
    this.listener = listener;
    this.halt = halt;
    this.context =
        new GuardContext(
            watch,
            ServerFacts.read(watch),
            record.direction() == Direction.FORWARD ? plan : plan.backwards(),
            session.backendPid(),
            limits);
  }

  RunResult toTheEnd() throws SQLException {
    var steps = record.direction().stepsOf(plan);
    var predecessor =
        new Predecessor(
            session,
            watch,
            application,
            pid -> halt.held().or(() -> Guards.during(context.in(pid))));
    if (!predecessor.lockOrWait(progressOfUnended(steps))) {
      return new RunResult.Held(
          RunResult.Held.ONE_AT_A_TIME, "another repair runs in database " + session.database());
    }
    // Entries that a predecessor wrote while we waited decide where to resume.
    record.journal().refresh();
    var result = eachOf(steps);
    predecessor.unlock();
    return result;
  }

  private RunResult eachOf(List<Step> steps) throws SQLException {
    try {
      for (int i = 0; i < steps.size(); i++) {
        carryOut(i, steps);
      }
      return new RunResult.Completed();
    } catch (RunEndedException e) {
      return e.result();
    }
  }

  private void carryOut(int number, List<Step> steps) throws SQLException, RunEndedException {
    if (record.hasEnded(number)) {
      return;
    }
    var step = steps.get(number);
    var mark = record.mark(number);
    try {
      if (mark.isPresent() && settle(number, step, mark.get())) {
        return;
      }
      refuseWhatDoesHarm(number);
      Failsafe.with(WHEN_BUSY).run(() -> attempt(number, steps));
    } catch (FailsafeException e) {
      switch (e.getCause()) {
        case SQLException sql -> throw sql;
        case RunEndedException ended -> throw ended;
        case null, default -> throw e;
      }
    }
  }

  private void refuseWhatDoesHarm(int number) throws RunEndedException {
    if (record.connectionsLost(number) >= MAX_LOST_CONNECTIONS) {
      throw RunEndedException.refused(
          "the connection to the server was lost %d times while it ran; check the server's log"
              .formatted(MAX_LOST_CONNECTIONS));
    }
    if (record.deaths(number) >= MAX_DEATHS) {
      throw RunEndedException.refused(
          "pgmend itself ended %d times while it ran; check its log".formatted(MAX_DEATHS));
    }
  }

  private void attempt(int number, List<Step> steps) throws SQLException, RunEndedException {
    var step = steps.get(number);
    var held = halt.held().or(() -> Guards.before(context));
    if (held.isPresent()) {
      throw RunEndedException.held(held.get());
    }
    var mark = step.mark(watch);
    record.intend(number, step.sql(), mark);
    var monitor = StepMonitor.start(context, progressOf(number, steps), halt);
    var retryAtOnce = Deadline.after(SHORT);
    try {
      session.execute(step.sql());
    } catch (SQLException e) {
      failed(number, step, mark, e, monitor, retryAtOnce);
      return;
    } finally {
      monitor.stop();
    }
    record.end(number, step.sql());
  }

  /** Returns normally only if the statement took effect all the same. */
  private void failed(
      int number,
      Step step,
      Map<String, String> mark,
      SQLException e,
      StepMonitor monitor,
      Deadline retryAtOnce)
      throws SQLException, RunEndedException {
    var cancelled = monitor.stop();
    if (SqlFailure.of(e) == SqlFailure.CONNECTION_LOST) {
      // An interrupted thread lets go of the statement intentionally.
      if (!Thread.currentThread().isInterrupted()) {
        record.connectionLost(number, step.sql(), String.valueOf(e.getMessage()));
      }
      throw e;
    }
    var why = cancelled.map(Guards.Held::why).orElse(String.valueOf(e.getMessage()));
    try {
      record.failed(number, step.sql(), why);
    } catch (Journal.JournalException gone) {
      // The record was deleted; half an index must not stay in the database.
      cleanUp(step.aftermath(watch, mark));
      throw gone;
    }
    if (settleNow(number, step, mark)) {
      return;
    }
    if (cancelled.isPresent()) {
      throw RunEndedException.held(cancelled.get());
    }
    if (SqlFailure.of(e) == SqlFailure.BUSY && retryAtOnce.passed()) {
      throw RunEndedException.held(new Guards.Held("LockQueueClear", why));
    }
    throw e;
  }

  /** As {@link #settle}, but leaves locked objects for the next run. */
  private boolean settleNow(int number, Step step, Map<String, String> mark)
      throws SQLException, RunEndedException {
    try {
      return settle(number, step, mark);
    } catch (SQLException e) {
      if (SqlFailure.of(e) == SqlFailure.BUSY) {
        throw RunEndedException.notCleanedUp(e);
      }
      throw e;
    }
  }

  /**
   * Reads what a statement left that no longer runs, and removes what is incomplete.
   *
   * @return true if the statement took effect, which is put on record
   */
  private boolean settle(int number, Step step, Map<String, String> mark)
      throws SQLException, RunEndedException {
    var aftermath = step.aftermath(watch, mark);
    cleanUp(aftermath);
    aftermath.cleanup().forEach(statement -> record.cleanedUp(number, statement));
    if (aftermath.done()) {
      record.end(number, step.sql());
    }
    return aftermath.done();
  }

  private void cleanUp(StepOutcome aftermath) throws SQLException, RunEndedException {
    for (var statement : aftermath.cleanup()) {
      try {
        Failsafe.with(WHEN_BUSY).run(() -> session.execute(statement));
      } catch (FailsafeException e) {
        if (e.getCause() instanceof SQLException sql && SqlFailure.of(sql) != SqlFailure.BUSY) {
          throw sql;
        }
        throw RunEndedException.notCleanedUp(e);
      }
    }
  }

  private ProgressProbe progressOfUnended(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      if (!record.hasEnded(i)) {
        return progressOf(i, steps);
      }
    }
    return _ -> {};
  }

  private ProgressProbe progressOf(int number, List<Step> steps) {
    return pid ->
        steps
            .get(number)
            .progress(watch, pid)
            .ifPresent(progress -> listener.progress(number, steps.size(), progress));
  }
}
