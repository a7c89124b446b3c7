package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.server.BlockingSession;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Optional;

/**
 * Ends a session that others wait for; its transaction is rolled back. By default nothing of the
 * kind is even proposed, and some sessions are never ended: those of the server itself, vacuums
 * against wraparound, and our own.
 */
@AutoService(Repair.class)
public final class TerminateBackend implements Repair {
  public static final String TYPE = "TerminateBackend";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Caution caution() {
    return Caution.NEVER_UNLESS_NAMED;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var start = finding.evidence().get(BlockingSession.BACKEND_START);
    if (!finding.detector().equals(BlockingSession.NAME)
        || start == null
        || Boolean.parseBoolean(finding.evidence().get(BlockingSession.SPARED))) {
      return Optional.empty();
    }
    return Optional.of(
        new RepairPlan(
            TYPE,
            finding.target(),
            List.of(new IdempotentStep(sql(BlockingSession.pidOf(finding), start))),
            List.of(),
            Risk.HIGH,
            Optional.empty(),
            0,
            false));
  }

  /** A later session may have got the same number: it must have begun when this one did. */
  private static String sql(int pid, String start) {
    return """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %d \
    AND backend_type = 'client backend' AND backend_start AT TIME ZONE 'UTC' = %s::timestamp\
    """
        .formatted(pid, Identifiers.literal(start));
  }
}
