// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.GuardContext;
import dev.pgmend.healing.guard.Guards;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/**
 * Runs one plan to its end, or to a point from which it can resume.
 *
 * <p>The order of operations makes a crash harmless. Before a statement runs, the journal records
 * the intent, with a mark of the state before it. The session that runs it holds an advisory lock
 * in the database and has the action's name. If the statement still runs after a crash, the next
 * process finds it under that name and waits for it. Otherwise it compares the database with the
 * mark to see whether the statement took effect.
 */
public final class ActionRunner {
  private final Server server;
  private final Clock clock;
  private final Halt halt;

  public ActionRunner(Server server, Clock clock) {
    this(server, clock, Halt.NEVER);
  }

  /**
   * A runner that can be stopped.
   *
   * @param halt ends a run as held; what its statement left incomplete is cleaned up
   */
  public ActionRunner(Server server, Clock clock, Halt halt) {
    this.server = server;
    this.clock = clock;
    this.halt = halt;
  }

  /**
   * Asks the guards, without beginning anything.
   *
   * @return the guard that holds and why; empty if the plan may run now
   * @throws PostgresConnectionException if the server can't be reached
   */
  public Optional<Guards.Held> mayRun(String actionId, RepairPlan plan, Limits limits)
      throws SQLException {
    var application = "pgmend/" + actionId + "/watch";
    try (var watch = server.open(Purpose.WATCH, application, plan.target().database())) {
      var facts = ServerFacts.read(watch);
      return Guards.before(new GuardContext(watch, facts, plan, watch.backendPid(), limits));
    }
  }

  /**
   * Runs the plan in the given direction, or goes on where the journal ends.
   *
   * <p>Interrupting its virtual thread lets go of it at once: the connection is cut, the statement
   * goes on in the server, and the next run waits for it there.
   *
   * @param actionId unique for the action and the same in each attempt; at most 40 characters,
   *     since Postgres cuts application names at 63
   * @throws Journal.JournalException if the journal can't be written; run it again then
   */
  public RunResult run(
      String actionId,
      RepairPlan plan,
      Direction direction,
      Limits limits,
      Journal journal,
      RunListener listener) {
    var application = "pgmend/" + actionId;
    var database = plan.target().database();
    try (var session = server.open(Purpose.REPAIR, application, database);
        var watch = server.open(Purpose.WATCH, application + "/watch", database)) {
      var record = new RunRecord(journal, clock, direction);
      return new PlanRun(session, watch, application, plan, limits, record, listener, halt)
          .toTheEnd();
    } catch (PostgresConnectionException e) {
      return new RunResult.Interrupted(String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      return SqlFailure.of(e).asResult(e);
    }
  }
}
