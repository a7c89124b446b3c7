// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
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
 * <p>If the machine's memory and cores are unknown, only settings that depend on neither are
 * judged. Settings that a policy pins are left alone, and its bounds are kept.
 */
@AutoService(Detector.class)
public final class SettingMismatch implements Detector {
  public static final String NAME = "SettingMismatch";

  static final Threshold<Long> MIN_DATA_SIZE =
      Threshold.bytes(
          NAME,
          "minDataSize",
          256 * ByteSize.MB,
          "A server whose databases are smaller in total is not judged.");

  static final Threshold<Double> MIN_FACTOR =
      Threshold.ratio(
          NAME,
          "minFactor",
          2,
          "A setting is reported if it is at least this many times too small or too large.");

  static final Threshold<Double> WARN_FACTOR =
      Threshold.ratio(
          NAME,
          "warnFactor",
          4,
          "It is a warning if it is at least this many times too small or too large.");

  static final Threshold<Duration> MAX_WAL_WINDOW =
      Threshold.duration(
          NAME,
          "maxWalWindow",
          Duration.ofHours(1),
          "The WAL rate is measured over at most this long, and at least half of it.");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A setting does not fit the machine, the data or the workload: it is far too small,
            far too large, or harmful.
            """)
        .measurement(
            """
            `pg_settings` is compared with the machine's memory, cores and storage, the size of
            all databases, and the WAL rate. The machine is what `spec.machine` of the PgCluster
            declares, or, if the server runs on the same machine as pgmend, what Linux reports.
            Proposals stay within the server's own limits and the policy's bounds; pinned
            settings are left alone.
            """)
        .severity(
            """
            Information from `minFactor`, a warning from `warnFactor`. Some settings are judged
            by rules of their own: `autovacuum = off` is a warning.
            """)
        .thresholds(MIN_DATA_SIZE, MIN_FACTOR, WARN_FACTOR, MAX_WAL_WINDOW)
        .evidence("value", "text", "the value now")
        .evidence("source", "text", "where it comes from, as `pg_settings` names it")
        .evidence(
            "adequateValue",
            "text",
            "a better value, if it can only be changed where the server is started")
        .evidence("settings", "text", "settings that need a restart")
        .evidence("<setting>.value", "text", "the value of a setting that needs a restart")
        .evidence("<setting>.adequateValue", "text", "a better value for it")
        .evidence(ProposedSetting.EVIDENCE)
        .repairs(SetParameter.TYPE)
        .remedy(
            """
            Settings that a reload changes are set with ALTER SYSTEM. Settings that need a
            restart are one finding together: change them where the server's owner keeps its
            configuration, and restart. To keep a setting as it is, [pin
            it](../how-to/pin-a-setting.md).
            """)
        .reproduction(
            """
            SELECT name, setting, unit, source, context FROM pg_settings
             WHERE name IN ('shared_buffers', 'effective_cache_size', 'work_mem', 'maintenance_work_mem',
                            'max_wal_size', 'random_page_cost', 'autovacuum');
            """)
        .limits(
            """
            Without the machine's memory and cores, memory settings are not judged: set
            `spec.machine`. Settings of roles and databases are not judged.
            """)
        .build();
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var session = inspection.session();
    var dataBytes = dataBytes(session);
    if (dataBytes < inspection.thresholds().get(MIN_DATA_SIZE)) {
      return List.of();
    }
    var needs = needs(inspection, dataBytes);
    var files = SettingFiles.read(session);
    var pinned = inspection.options().settings().pinned();
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
        inspection.machine(),
        dataBytes,
        wal(inspection),
        thresholds.get(MIN_FACTOR),
        thresholds.get(WARN_FACTOR),
        inspection.options().settings());
  }

  /** Total size of the databases that this role can read. */
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
    var over = inspection.thresholds().get(MAX_WAL_WINDOW);
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
        // A burst of seconds does not represent an hour.
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
      evidence.put(SetParameter.VALUE, advice.proposed());
      files.byAlterSystem(setting).ifPresent(old -> evidence.put(SetParameter.REPLACED, old));
    }
    return new Finding(
            NAME,
            advice.severity(),
            Target.parameter(setting.name()),
            "%s is %s, and %s would fit: %s"
                .formatted(setting.name(), setting.shown(), advice.proposed(), advice.why()),
            evidence)
        .fixedBy(SetParameter.TYPE, evidence.containsKey(SetParameter.VALUE));
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
