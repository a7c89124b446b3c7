// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ends a session that others wait for; its transaction is rolled back. It is not even proposed
 * unless a policy names it. Server processes, vacuums against wraparound and our own sessions are
 * never ended.
 */
@AutoService(Repair.class)
public final class TerminateBackend implements Repair {
  public static final String TYPE = "TerminateBackend";

  /** The kind of its target, whose name is the process id of the session. */
  public static final String SESSION = "session";

  /** Argument: when the session began, UTC; a later session may have the same process id. */
  public static final String BACKEND_START = "backendStart";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Caution caution() {
    return Caution.NEVER_UNLESS_NAMED;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Ends a session that others wait for. Its open transaction is rolled back and its client
        gets an error.\
        """,
        "None. The locks of the ended session are released.",
        "Cannot be undone: the transaction of the session is lost.",
        """
        The application must be able to repeat the transaction. Server processes, vacuums that
        prevent wraparound and sessions of pgmend are never ended. The session is identified by
        process id and start time, so a later session with the same id is safe.\
        """,
        new Finding(
            "BlockingSession",
            Severity.CRITICAL,
            Target.object(SESSION, "4711"),
            "",
            Map.of(BACKEND_START, "2026-07-01T08:15:00.000000")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var start = finding.evidence().get(BACKEND_START);
    if (start == null || !finding.target().object().startsWith(SESSION + " ")) {
      return Optional.empty();
    }
    var pid = Integer.parseInt(finding.target().object().substring(SESSION.length() + 1));
    return Optional.of(
        new RepairPlan(
            TYPE,
            finding.target(),
            List.of(new IdempotentStep(sql(pid, start))),
            List.of(),
            Risk.HIGH,
            Optional.empty(),
            0,
            false));
  }

  /** A later session may have the same process id: it must have begun when this one did. */
  private static String sql(int pid, String start) {
    return """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %d \
    AND backend_type = 'client backend' AND backend_start AT TIME ZONE 'UTC' = %s::timestamp\
    """
        .formatted(pid, Identifiers.literal(start));
  }
}
