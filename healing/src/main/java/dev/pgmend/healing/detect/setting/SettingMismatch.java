package dev.pgmend.healing.detect.setting;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A setting that does not fit the machine, the data or the workload: far too small or too large, or
 * of a value that does harm. What a reload changes is a finding each; what takes a restart is one
 * finding together.
 *
 * <p>Without {@linkplain MachineFacts facts of the machine} only what needs none is judged. What a
 * policy pins is left alone, and {@code SettingMismatch.bounds.<setting>.min} and {@code .max} are
 * kept.
 */
@AutoService(Detector.class)
public final class SettingMismatch implements Detector {
  public static final String NAME = "SettingMismatch";

  /** Threshold: what a setting may be set to; its name and {@code .min} or {@code .max} follow. */
  public static final String BOUNDS = NAME + ".bounds.";

  private static final long MIN_DATA_BYTES = 256 * ByteSize.MB;
  private static final double NOTE_FACTOR = 2;
  private static final double WARN_FACTOR = 4;
  private static final double WAL_HOURS = 1;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var session = inspection.session();
    var dataBytes = dataBytes(session);
    if (dataBytes < inspection.thresholds().bytes(NAME + ".minDataBytes", MIN_DATA_BYTES)) {
      return List.of();
    }
    var needs = needs(inspection, dataBytes);
    var files = SettingFiles.read(session);
    var pinned = inspection.thresholds().below(SettingDrift.PINNED);
    var advice =
        Stream.concat(MemoryAdvice.of(needs).stream(), WorkloadAdvice.of(needs).stream())
            .filter(a -> !pinned.containsKey(a.setting().name()))
            .collect(Collectors.partitioningBy(a -> a.setting().takesRestart()));
    var findings = new ArrayList<Finding>();
    advice.getOrDefault(false, List.of()).forEach(a -> findings.add(reloaded(a, files)));
    restarted(advice.getOrDefault(true, List.of())).ifPresent(findings::add);
    return findings;
  }

  private static SettingNeeds needs(Inspection inspection, long dataBytes) throws SQLException {
    var thresholds = inspection.thresholds();
    return new SettingNeeds(
        Setting.read(inspection.session()),
        MachineFacts.of(inspection),
        dataBytes,
        wal(inspection),
        thresholds.number(NAME + ".noteFactor", NOTE_FACTOR),
        thresholds.number(NAME + ".warnFactor", WARN_FACTOR),
        thresholds);
  }

  /** Of the databases whose size this role may know. */
  private static long dataBytes(Session session) throws SQLException {
    return session.queryOne(
        """
        SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint
          FROM pg_database
         WHERE has_database_privilege(oid, 'CONNECT')
            OR pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')
        """,
        row -> row.getLong(1));
  }

  private static Optional<Memory.Growth> wal(Inspection inspection) throws SQLException {
    var hours = inspection.thresholds().number(NAME + ".walHours", WAL_HOURS);
    var over = Duration.ofMillis((long) (hours * 3_600_000));
    return inspection
        .session()
        .queryOne(
            "SELECT wal_bytes::bigint, wal_fpi, extract(epoch FROM now()) * 1000 FROM pg_stat_wal",
            row ->
                inspection
                    .memory()
                    .growth(
                        NAME + ".wal",
                        Instant.ofEpochMilli(row.getLong(3)),
                        Map.of(
                            SettingNeeds.WAL_BYTES,
                            row.getLong(1),
                            SettingNeeds.WAL_IMAGES,
                            row.getLong(2)),
                        over))
        // A burst of seconds says nothing of an hour.
        .filter(growth -> growth.over().compareTo(over.dividedBy(2)) >= 0);
  }

  private static Finding reloaded(SettingAdvice advice, SettingFiles files) {
    var setting = advice.setting();
    var evidence = new LinkedHashMap<String, String>();
    evidence.put("value", setting.shown());
    evidence.put("source", setting.source());
    if (setting.isOnCommandLine()) {
      evidence.put("adequateValue", advice.proposed());
    } else {
      evidence.put(ProposedSetting.VALUE, advice.proposed());
      files.byAlterSystem(setting).ifPresent(old -> evidence.put(ProposedSetting.REPLACED, old));
    }
    return new Finding(
        NAME,
        advice.severity(),
        Target.parameter(setting.name()),
        "%s is %s, and %s would fit: %s"
            .formatted(setting.name(), setting.shown(), advice.proposed(), advice.why()),
        evidence);
  }

  private static Optional<Finding> restarted(List<SettingAdvice> advice) {
    var evidence = new LinkedHashMap<String, String>();
    evidence.put("settings", names(advice));
    for (var each : advice) {
      evidence.put(each.setting().name() + ".value", each.setting().shown());
      evidence.put(each.setting().name() + ".adequateValue", each.proposed());
    }
    return advice.stream()
        .map(SettingAdvice::severity)
        .max(Severity::compareTo)
        .map(severity ->
            new Finding(
                NAME,
                severity,
                Target.object("restart", "settings"),
                "After a restart %s would fit better"
                    .formatted(
                        advice.stream()
                            .map(a ->
                                "%s = %s than %s (%s)"
                                    .formatted(
                                        a.setting().name(),
                                        a.proposed(),
                                        a.setting().shown(),
                                        a.why()))
                            .collect(Collectors.joining(", "))),
                evidence));
  }

  private static String names(List<SettingAdvice> advice) {
    return advice.stream().map(a -> a.setting().name()).collect(Collectors.joining(", "));
  }
}
