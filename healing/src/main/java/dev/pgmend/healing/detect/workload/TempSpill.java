// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.setting.ProposedSetting;
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
 * Sorts and hashes that do not fit work_mem and go through files. A higher work_mem helps if the
 * spilled data is not much larger. It is set for the database, not for the server. Its upper limit
 * is the memory that is left if as many sessions as were ever active use it at once, each
 * hash_mem_multiplier times.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM">
 *     work_mem</a>
 */
@AutoService(Detector.class)
public final class TempSpill implements Detector {
  public static final String NAME = "TempSpill";

  static final Threshold<Duration> MAX_WINDOW =
      Threshold.duration(
          NAME,
          "maxWindow",
          Duration.ofHours(1),
          "Temporary files are counted over at most this long.");

  static final Threshold<Duration> MIN_WINDOW =
      Threshold.duration(
          NAME,
          "minWindow",
          Duration.ofMinutes(5),
          "Temporary files must have been counted for at least this long.");

  static final Threshold<Long> MIN_SPILL_PER_HOUR =
      Threshold.bytes(
          NAME,
          "minSpillPerHour",
          ByteSize.GB,
          "At least this much must go to temporary files in an hour.");

  private static final String WORK_MEM = "work_mem";
  private static final String BYTES = "tempBytes";
  private static final String FILES = "tempFiles";

  private static final long MAX_WORK_MEM = 256 * ByteSize.MB;

  /** Share of the memory; if that is unknown, of four times shared_buffers. */
  private static final double SHARE_OF_MEMORY = 0.25;

  /** Memory that a sort needs per byte of its file, because of pointers and headers. */
  private static final double MEMORY_PER_FILE_BYTE = 2;

  private static final String SETTINGS =
      """
      SELECT pg_size_bytes(current_setting('work_mem')),
             current_setting('hash_mem_multiplier')::float8,
             pg_size_bytes(current_setting('shared_buffers')),
             (SELECT count(*) FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND state <> 'idle'),
             (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
      """;

  private record Settings(
      long workMem, double hashMultiplier, long sharedBuffers, long active, long connections) {

    /** So much for each, if a quarter of all that are connected work at once. */
    long bound(double memoryBytes) {
      var memory = memoryBytes > 0 ? memoryBytes : 4.0 * sharedBuffers;
      var atOnce = Math.max(8, Math.max(active, connections / 4));
      return (long)
          Math.min(MAX_WORK_MEM, memory * SHARE_OF_MEMORY / (atOnce * Math.max(1, hashMultiplier)));
    }
  }

  /** The statement that spills the most. */
  private record Worst(String query, double bytesPerCall) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            Sorts and hashes do not fit in `work_mem` and go through temporary files. They take
            several times longer and load the disk.
            """)
        .measurement(
            """
            `temp_bytes` and `temp_files` of the database are counted over up to `maxWindow`.
            What one operation would need is twice the larger of the average file and what the
            worst statement writes in a call. The upper bound is a quarter of the memory, shared
            among the sessions that are likely to work at once, at most 256 MB.
            """)
        .severity("Always a warning.")
        .thresholds(MAX_WINDOW, MIN_WINDOW, MIN_SPILL_PER_HOUR)
        .evidence("tempBytesPerHour", "bytes", "written to temporary files in an hour")
        .evidence("tempFiles", "count", "temporary files")
        .evidence("overSeconds", "seconds", "how long they were counted")
        .evidence("workMemBytes", "bytes", "`work_mem` now")
        .evidence("neededBytes", "bytes", "`work_mem` that would be enough")
        .evidence("boundBytes", "bytes", "the most that the memory allows")
        .evidence("worstStatement", "SQL", "the statement that writes the most")
        .evidence("advice", "text", "what to do if there is not enough memory")
        .evidence(ProposedSetting.EVIDENCE)
        .repairs(SetParameter.TYPE)
        .remedy(
            """
            Raise `work_mem` for this database. If it would need more than the memory allows, no
            repair is proposed: look at the statement, an index or a smaller result may avoid
            the sort.
            """)
        .reproduction(
            """
            SELECT datname, temp_files, pg_size_pretty(temp_bytes) FROM pg_stat_database;
            SELECT left(query, 80), temp_blks_written / calls
              FROM pg_stat_statements ORDER BY temp_blks_written DESC LIMIT 10;
            """)
        .limits(
            """
            Files of index builds and of `CREATE TABLE AS` count too. `work_mem` that a role or
            an application sets for itself is not seen.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var window = thresholds.get(MAX_WINDOW);
    var atLeast = thresholds.get(MIN_WINDOW);
    var growth = growth(inspection, window).filter(g -> g.over().compareTo(atLeast) >= 0);
    var minPerHour = thresholds.get(MIN_SPILL_PER_HOUR);
    return growth.isEmpty()
            || growth.get().of(FILES) == 0
            || growth.get().perHour(BYTES) < minPerHour
        ? List.of()
        : finding(inspection, growth.get()).stream().toList();
  }

  private static Optional<Memory.Growth> growth(Inspection inspection, Duration window)
      throws SQLException {
    return inspection
        .session()
        .queryOne(
            """
            SELECT temp_bytes, temp_files, extract(epoch FROM clock_timestamp())::float8
              FROM pg_stat_database WHERE datname = current_database()
            """,
            row ->
                inspection
                    .memory()
                    .growth(
                        NAME + "/" + inspection.database(),
                        Instant.ofEpochMilli((long) (row.getDouble(3) * 1000)),
                        Map.of(BYTES, row.getLong(1), FILES, row.getLong(2)),
                        window));
  }

  /** Empty if work_mem was raised enough since then: the counters describe the past. */
  private static Optional<Finding> finding(Inspection inspection, Memory.Growth growth)
      throws SQLException {
    var session = inspection.session();
    var settings =
        session.queryOne(
            SETTINGS,
            row ->
                new Settings(
                    row.getLong(1),
                    row.getDouble(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5)));
    var worst = worst(inspection);
    var perFile = (double) growth.of(BYTES) / growth.of(FILES);
    var needed =
        powerOfTwo(
            MEMORY_PER_FILE_BYTE * Math.max(perFile, worst.map(Worst::bytesPerCall).orElse(0.0)));
    if (settings.workMem >= needed) {
      return Optional.empty();
    }
    var bound = settings.bound((double) inspection.machine().memoryBytes().orElse(0));
    var evidence = new HashMap<String, String>();
    evidence.put("tempBytesPerHour", Long.toString(Math.round(growth.perHour(BYTES))));
    evidence.put("tempFiles", Long.toString(growth.of(FILES)));
    evidence.put("overSeconds", Long.toString(growth.over().toSeconds()));
    evidence.put("workMemBytes", Long.toString(settings.workMem));
    evidence.put("neededBytes", Long.toString(needed));
    evidence.put("boundBytes", Long.toString(bound));
    worst.ifPresent(w -> evidence.put("worstStatement", w.query));
    if (needed <= bound) {
      evidence.putAll(ProposedSetting.forDatabase(session, WORK_MEM, needed / ByteSize.KB + "kB"));
    } else {
      evidence.put("advice", "it needs more memory than is available: check the statement");
    }
    return Optional.of(
        new Finding(
                NAME,
                Severity.WARNING,
                Target.parameter(inspection.database(), WORK_MEM),
                "%s: sorts and hashes wrote %s an hour to files (%d files, %s each) at work_mem %s%s"
                    .formatted(
                        inspection.database(),
                        ByteSize.of(Math.round(growth.perHour(BYTES))),
                        growth.of(FILES),
                        ByteSize.of(Math.round(perFile)),
                        ByteSize.of(settings.workMem),
                        worst.map(w -> "; most by: " + w.query).orElse("")),
                evidence)
            .fixedBy(SetParameter.TYPE, needed <= bound));
  }

  private static Optional<Worst> worst(Inspection inspection) throws SQLException {
    var schema = inspection.facts().schemaOf("pg_stat_statements");
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    return inspection
        .session()
        .queryFirst(
            """
            SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 200),
                   temp_blks_written * 8192.0 / calls
              FROM %s.pg_stat_statements
             WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND temp_blks_written > 0 AND query NOT LIKE ?
             ORDER BY temp_blks_written DESC
             LIMIT 1
            """
                .formatted(schema.get()),
            row -> new Worst(row.getString(1), row.getDouble(2)),
            "%" + Session.MARK + "%");
  }

  private static long powerOfTwo(double bytes) {
    var whole = (long) Math.max(ByteSize.MB, bytes);
    return Long.highestOneBit(2 * whole - 1);
  }
}
