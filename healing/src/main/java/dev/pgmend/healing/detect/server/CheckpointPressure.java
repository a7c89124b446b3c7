// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.setting.ProposedSetting;
import dev.pgmend.healing.finding.Ages;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.SetParameter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checkpoints that come because the write-ahead log is full, not because it is time: each writes
 * all that changed, and every page's first change after it goes into the log whole, which fills the
 * log all the sooner.
 *
 * <p>The proposed max_wal_size lets a whole checkpoint_timeout's log fit at the rate that was
 * measured. The server begins a checkpoint when {@code max_wal_size / (1 +
 * checkpoint_completion_target)} is written (CalculateCheckpointSegments in xlog.c), so it is
 * {@code rate * timeout * (1 + target)}, with a fifth to spare, as a power of two gigabytes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/wal-configuration.html">WAL
 *     configuration</a>
 */
@AutoService(Detector.class)
public final class CheckpointPressure implements Detector {
  public static final String NAME = "CheckpointPressure";

  static final Threshold<Duration> MAX_WINDOW =
      Threshold.duration(
          NAME,
          "maxWindow",
          Duration.ofHours(1),
          "Checkpoints are counted over at most this long.");

  static final Threshold<Duration> MIN_WINDOW =
      Threshold.duration(
          NAME,
          "minWindow",
          Duration.ofMinutes(10),
          "Checkpoints must have been counted for at least this long.");

  static final Threshold<Long> MIN_REQUESTED =
      Threshold.count(
          NAME,
          "minRequested",
          3,
          "At least this many checkpoints must have been requested by WAL volume.");

  static final Threshold<Long> MIN_REQUESTED_PERCENT =
      Threshold.percent(
          NAME,
          "minRequestedPercent",
          50,
          "At least this share of all checkpoints must have been requested.");

  private static final long MAX_PROPOSAL = 64 * ByteSize.GB;
  private static final double TO_SPARE = 1.2;

  private static final String MAX_WAL_SIZE = "max_wal_size";
  private static final String TIMED = "timed";
  private static final String REQUESTED = "requested";
  private static final String WAL_BYTES = "walBytes";

  private static final String SETTINGS =
      """
      SELECT pg_size_bytes(current_setting('max_wal_size')),
             extract(epoch FROM current_setting('checkpoint_timeout')::interval)::float8,
             current_setting('checkpoint_completion_target')::float8
      """;

  private record Settings(long maxWalSize, double timeoutSeconds, double completionTarget) {
    /** So much log since the last one makes the server begin a checkpoint. */
    double distance() {
      return maxWalSize / (1 + completionTarget);
    }

    long proposal(double walBytesPerSecond) {
      var needed = walBytesPerSecond * timeoutSeconds * (1 + completionTarget) * TO_SPARE;
      var proposal = ByteSize.GB;
      while (proposal < needed && proposal < MAX_PROPOSAL) {
        proposal *= 2;
      }
      return proposal;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            Checkpoints start because the WAL reached `max_wal_size`, not because it was time.
            Each writes all changed pages, and the first change of each page after it goes into
            the WAL as a whole, which makes the WAL grow faster still.
            """)
        .measurement(
            """
            Requested and timed checkpoints and the WAL position are counted over up to
            `maxWindow`. The proposal lets a whole `checkpoint_timeout` of WAL fit at the
            measured rate: rate x timeout x (1 + `checkpoint_completion_target`), and a fifth
            more, as a power of two of gigabytes, at most 64 GB.
            """)
        .severity("Always a warning.")
        .thresholds(MAX_WINDOW, MIN_WINDOW, MIN_REQUESTED, MIN_REQUESTED_PERCENT)
        .evidence(
            "requestedCheckpoints", "count", "checkpoints that WAL volume or a command started")
        .evidence("timedCheckpoints", "count", "checkpoints that started on time")
        .evidence("overSeconds", "seconds", "how long they were counted")
        .evidence("walBytesPerSecond", "bytes", "WAL written in a second")
        .evidence("maxWalSizeBytes", "bytes", "`max_wal_size` now")
        .evidence(SetParameter.DISK_BYTES, "bytes", "how much more disk the WAL may take")
        .evidence(ProposedSetting.EVIDENCE)
        .repairs(SetParameter.TYPE)
        .remedy(
            """
            Raise `max_wal_size`. The guard DiskHeadroom checks that the disk has room for it.
            Recovery after a crash takes longer with a larger value.
            """)
        .reproduction(
            """
            SELECT num_timed, num_requested FROM pg_stat_checkpointer;           -- Postgres 17 and later
            SELECT checkpoints_timed, checkpoints_req FROM pg_stat_bgwriter;     -- before
            """)
        .limits(
            """
            Checkpoints requested by command are ignored only if the WAL would have fitted.
            Standbys are not checked.
            """)
        .build();
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    if (inspection.facts().inRecovery()) {
      return List.of();
    }
    var thresholds = inspection.thresholds();
    var window = thresholds.get(MAX_WINDOW);
    var atLeast = thresholds.get(MIN_WINDOW);
    var growth = growth(inspection, window);
    if (growth.isEmpty() || growth.get().over().compareTo(atLeast) < 0) {
      return List.of();
    }
    var requested = growth.get().of(REQUESTED);
    var all = requested + growth.get().of(TIMED);
    if (requested < thresholds.get(MIN_REQUESTED)
        || 100.0 * requested < all * thresholds.get(MIN_REQUESTED_PERCENT)) {
      return List.of();
    }
    return finding(inspection, growth.get()).stream().toList();
  }

  private static Optional<Memory.Growth> growth(Inspection inspection, Duration window)
      throws SQLException {
    var checkpoints =
        inspection.facts().major() >= 17
            ? "SELECT num_timed, num_requested FROM pg_stat_checkpointer"
            : "SELECT checkpoints_timed, checkpoints_req FROM pg_stat_bgwriter";
    return inspection
        .session()
        .queryOne(
            "SELECT c.*, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,"
                + " extract(epoch FROM clock_timestamp())::float8 FROM (%s) c"
                    .formatted(checkpoints),
            row ->
                inspection
                    .memory()
                    .growth(
                        NAME,
                        Instant.ofEpochMilli((long) (row.getDouble(4) * 1000)),
                        Map.of(
                            TIMED, row.getLong(1),
                            REQUESTED, row.getLong(2),
                            WAL_BYTES, row.getLong(3)),
                        window));
  }

  /**
   * The largest proposal since the setting last changed. Otherwise each inspection would propose
   * less while the load decreases, and no proposal would last long enough to be applied. The next
   * peak needs the largest value.
   */
  private static long maxProposal(Memory memory, Settings settings, long proposal) {
    var name = "%s/proposal/%d".formatted(NAME, settings.maxWalSize);
    return (long) -memory.lowest(name, -(double) proposal);
  }

  private static Settings settings(Session session) throws SQLException {
    return session.queryOne(
        SETTINGS, row -> new Settings(row.getLong(1), row.getDouble(2), row.getDouble(3)));
  }

  /** Empty if the WAL would have fitted: then the checkpoints were requested by command. */
  private static Optional<Finding> finding(Inspection inspection, Memory.Growth growth)
      throws SQLException {
    var session = inspection.session();
    var settings = settings(session);
    var perSecond = growth.perHour(WAL_BYTES) / 3_600;
    var proposal = maxProposal(inspection.memory(), settings, settings.proposal(perSecond));
    var perCheckpoint = (double) growth.of(WAL_BYTES) / growth.of(REQUESTED);
    if (proposal <= settings.maxWalSize || perCheckpoint < settings.distance() / 2) {
      return Optional.empty();
    }
    var evidence = new HashMap<String, String>();
    evidence.putAll(
        ProposedSetting.forServer(session, MAX_WAL_SIZE, proposal / ByteSize.MB + "MB"));
    evidence.put("requestedCheckpoints", Long.toString(growth.of(REQUESTED)));
    evidence.put("timedCheckpoints", Long.toString(growth.of(TIMED)));
    evidence.put("overSeconds", Long.toString(growth.over().toSeconds()));
    evidence.put("walBytesPerSecond", Long.toString(Math.round(perSecond)));
    evidence.put(SetParameter.DISK_BYTES, Long.toString(proposal - settings.maxWalSize));
    evidence.put("maxWalSizeBytes", Long.toString(settings.maxWalSize));
    return Optional.of(
        new Finding(
                NAME,
                Severity.WARNING,
                Target.parameter(MAX_WAL_SIZE),
                "%d of %d checkpoints in %s were requested by WAL volume: %s of WAL per second does not fit max_wal_size %s"
                    .formatted(
                        growth.of(REQUESTED),
                        growth.of(REQUESTED) + growth.of(TIMED),
                        Ages.of(growth.over().toSeconds()),
                        ByteSize.of(Math.round(perSecond)),
                        ByteSize.of(settings.maxWalSize)),
                evidence)
            .fixedBy(SetParameter.TYPE));
  }
}
