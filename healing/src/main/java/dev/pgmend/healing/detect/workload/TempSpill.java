package dev.pgmend.healing.detect.workload;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.setting.MachineFacts;
import dev.pgmend.healing.detect.setting.ProposedSetting;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sorts and hashes that do not fit work_mem and go through files. More of it helps where what
 * spills is not much larger; it is set for the database, not for the server, and no higher than the
 * memory allows if as many sessions as were ever at work use it at once, each hash_mem_multiplier
 * times.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM">
 *     work_mem</a>
 */
@AutoService(Detector.class)
public final class TempSpill implements Detector {
  public static final String NAME = "TempSpill";

  private static final String WORK_MEM = "work_mem";
  private static final String BYTES = "tempBytes";
  private static final String FILES = "tempFiles";

  private static final double WINDOW_SECONDS = 3_600;
  private static final double MIN_SECONDS = 300;
  private static final long MIN_BYTES_PER_HOUR = ByteSize.GB;
  private static final long MOST_WORK_MEM = 256 * ByteSize.MB;

  /** Of the memory, or where that is not known of shared_buffers times four. */
  private static final double SHARE_OF_MEMORY = 0.25;

  /** What a sort needs in memory beside what it writes to a file: pointers and headers. */
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
          Math.min(
              MOST_WORK_MEM, memory * SHARE_OF_MEMORY / (atOnce * Math.max(1, hashMultiplier)));
    }
  }

  /** The statement that spills the most. */
  private record Worst(String query, double bytesPerCall) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var window =
        Duration.ofSeconds((long) thresholds.number(NAME + ".windowSeconds", WINDOW_SECONDS));
    var atLeast = thresholds.number(NAME + ".minSeconds", MIN_SECONDS);
    var growth = growth(inspection, window).filter(g -> g.over().toSeconds() >= atLeast);
    var minPerHour = thresholds.bytes(NAME + ".minBytesPerHour", MIN_BYTES_PER_HOUR);
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

  /** Nothing where work_mem has become large enough since: what was counted is then the past. */
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
    var bound = settings.bound((double) MachineFacts.of(inspection).memoryBytes().orElse(0));
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
      evidence.put("advice", "it needs more memory than there is to give: look at the statement");
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
            evidence));
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
