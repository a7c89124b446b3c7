// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.AlterSequenceType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * A sequence that is near its end: its own, or that of the column it fills, which is often the
 * nearer one. When it is reached, every insert fails.
 */
@AutoService(Detector.class)
public final class SequenceExhaustion implements Detector {
  public static final String NAME = "SequenceExhaustion";

  static final Threshold<Long> WARN_USED_PERCENT =
      Threshold.percent(
          NAME,
          "warnUsedPercent",
          80,
          "A sequence that has used at least this share of its values is a warning.");

  static final Threshold<Long> CRITICAL_USED_PERCENT =
      Threshold.percent(
          NAME,
          "criticalUsedPercent",
          90,
          "A sequence that has used at least this share of its values is critical.");

  private static final String SEQUENCE_ONLY = "sequenceOnly";

  /** A column's default may use a sequence without owning it: both kinds are looked for. */
  private static final String SQL =
      """
      SELECT n.nspname, c.relname, s.seqincrement > 0, s.seqmin, s.seqmax, s.seqstart,
             format_type(s.seqtypid, NULL),
             coalesce(used.column_type, ''), coalesce(used.place, ''), %2$s
        FROM pg_sequence s
        JOIN pg_class c ON c.oid = s.seqrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN LATERAL (
               SELECT format_type(a.atttypid, NULL) AS column_type,
                      tn.nspname || '.' || t.relname || '.' || a.attname AS place
                 FROM (SELECT d.refobjid AS relid, d.refobjsubid AS attnum
                         FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                          AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
                          AND d.deptype IN ('a', 'i')
                       UNION
                       SELECT f.adrelid, f.adnum
                         FROM pg_depend d
                         JOIN pg_attrdef f ON f.oid = d.objid
                        WHERE d.classid = 'pg_attrdef'::regclass
                          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid) u
                 JOIN pg_attribute a ON a.attrelid = u.relid AND a.attnum = u.attnum
                 JOIN pg_class t ON t.oid = a.attrelid
                 JOIN pg_namespace tn ON tn.oid = t.relnamespace
                ORDER BY a.attlen, 2
                LIMIT 1) used ON true
       WHERE has_sequence_privilege(s.seqrelid, 'SELECT')
         AND NOT (s.seqcycle AND used.column_type IS NULL)
         -- What is not logged a standby does not have.
         AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())
         AND %1$s
       ORDER BY n.nspname, c.relname
      """
          .formatted(UserObjects.own("c"), UserObjects.locked("c"));

  /** A statement locks all sequences that it reads, and the server's lock table is limited. */
  private static final int READ_AT_ONCE = 200;

  private record Sequence(
      String schema,
      String name,
      boolean ascending,
      BigDecimal end,
      BigDecimal start,
      String type,
      String columnType,
      String column,
      boolean locked) {

    /** Used share of the values up to a limit. */
    double percent(BigDecimal last, BigDecimal limit) {
      var whole = limit.subtract(start).abs().add(BigDecimal.ONE);
      var used = ascending ? last.subtract(start) : start.subtract(last);
      return used.multiply(BigDecimal.valueOf(100))
          .divide(whole, 4, RoundingMode.HALF_UP)
          .doubleValue();
    }

    Optional<BigDecimal> columnEnd() {
      return endOf(columnType, ascending);
    }

    /** The nearer limit: the end of the sequence, or of its column. */
    BigDecimal nearer() {
      return columnEnd()
          .map(columns -> ascending ? columns.min(end) : columns.max(end))
          .orElse(end);
    }

    boolean sequenceOnly() {
      var columns = columnEnd();
      return !type.equals("bigint")
          && columns.isPresent()
          && columns.get().abs().compareTo(end.abs()) > 0;
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
            A sequence, or the column that it fills, is near its largest value. When it is
            reached, every insert fails.
            """)
        .measurement(
            """
            The last value of each sequence is compared with the end of the sequence and of the
            type of the column that uses it. The nearer end counts. A sequence that cycles is
            left out unless a column uses it.
            """)
        .severity("A warning from `warnUsedPercent`, critical from `criticalUsedPercent`.")
        .thresholds(WARN_USED_PERCENT, CRITICAL_USED_PERCENT)
        .evidence("usedPercent", "percent", "share of the values that is used")
        .evidence("lastValue", "number", "the last value")
        .evidence("limit", "number", "the value at which it ends")
        .evidence(AlterSequenceType.SEQUENCE_TYPE, "text", "type of the sequence")
        .evidence("column", "text", "the column that uses it")
        .evidence("columnType", "text", "type of that column")
        .evidence(
            SEQUENCE_ONLY,
            "true or false",
            "whether only the sequence is too small, not the column")
        .evidence("advice", "text", "what to do")
        .repairs(AlterSequenceType.TYPE)
        .remedy(
            """
            If only the sequence is too small, it becomes `bigint` in a moment. If the column is
            too small, no repair is proposed, because `ALTER COLUMN ... TYPE bigint` rewrites
            the table under a lock: add a bigint column, fill it in batches, and swap the two.
            Setting the sequence to negative values can buy time.
            """)
        .reproduction(
            """
            SELECT schemaname, sequencename, data_type, last_value, max_value,
                   round(100.0 * last_value / max_value, 1) AS used_percent
              FROM pg_sequences WHERE last_value IS NOT NULL ORDER BY 6 DESC;
            """)
        .limits(
            """
            Sequences that this role cannot read are left out. Values that applications store
            in narrower columns of other tables are not seen.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var warn = inspection.thresholds().get(WARN_USED_PERCENT);
    var critical = inspection.thresholds().get(CRITICAL_USED_PERCENT);
    var findings = new ArrayList<Finding>();
    var readable = new ArrayList<Sequence>();
    for (var sequence : sequences(inspection)) {
      if (sequence.locked) {
        findings.add(DetectorFailure.locked(NAME, target(inspection.database(), sequence)));
      } else {
        readable.add(sequence);
      }
    }
    for (int from = 0; from < readable.size(); from += READ_AT_ONCE) {
      var some = readable.subList(from, Math.min(readable.size(), from + READ_AT_ONCE));
      lastValues(inspection.session(), some)
          .forEach((position, last) -> {
            var sequence = some.get(position);
            if (sequence.percent(last, sequence.nearer()) >= warn) {
              findings.add(finding(inspection.database(), sequence, last, critical));
            }
          });
    }
    return findings;
  }

  private static List<Sequence> sequences(Inspection inspection) throws SQLException {
    return inspection
        .session()
        .query(
            SQL,
            row -> {
              var ascending = row.getBoolean(3);
              return new Sequence(
                  row.getString(1),
                  row.getString(2),
                  ascending,
                  row.getBigDecimal(ascending ? 5 : 4),
                  row.getBigDecimal(6),
                  row.getString(7),
                  row.getString(8),
                  row.getString(9),
                  row.getBoolean(10));
            });
  }

  /**
   * Last values by position in the list; none for unused sequences. Each is read as a table of one
   * row, since pg_sequence_last_value takes the lock of a writer.
   */
  private static Map<Integer, BigDecimal> lastValues(Session session, List<Sequence> sequences)
      throws SQLException {
    var sql = new StringJoiner("\nUNION ALL\n");
    for (int i = 0; i < sequences.size(); i++) {
      var sequence = sequences.get(i);
      sql.add(
          "SELECT %d, last_value FROM %s WHERE is_called"
              .formatted(i, Identifiers.quote(sequence.schema, sequence.name)));
    }
    var values = new TreeMap<Integer, BigDecimal>();
    session
        .queryVerbatim(sql.toString(), row -> Map.entry(row.getInt(1), row.getBigDecimal(2)))
        .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    return values;
  }

  private static Target target(String database, Sequence sequence) {
    return Target.table(database, sequence.schema, sequence.name);
  }

  private static Optional<BigDecimal> endOf(String type, boolean ascending) {
    return switch (type) {
      case "smallint" -> Optional.of(end(Short.MAX_VALUE, Short.MIN_VALUE, ascending));
      case "integer" -> Optional.of(end(Integer.MAX_VALUE, Integer.MIN_VALUE, ascending));
      case "bigint" -> Optional.of(end(Long.MAX_VALUE, Long.MIN_VALUE, ascending));
      default -> Optional.empty();
    };
  }

  private static BigDecimal end(long max, long min, boolean ascending) {
    return BigDecimal.valueOf(ascending ? max : min);
  }

  private static Finding finding(
      String database, Sequence sequence, BigDecimal last, long critical) {
    var percent = sequence.percent(last, sequence.nearer());
    var left = sequence.nearer().subtract(last).abs();
    return new Finding(
            NAME,
            percent >= critical ? Severity.CRITICAL : Severity.WARNING,
            target(database, sequence),
            "sequence %s.%s has used %s%% of the values that %s can hold; %s values are left"
                .formatted(
                    sequence.schema,
                    sequence.name,
                    Figures.of(percent),
                    sequence.nearer().compareTo(sequence.end) == 0 || sequence.column.isEmpty()
                        ? "it"
                        : "the %s column %s".formatted(sequence.columnType, sequence.column),
                    left.toPlainString()),
            Map.of(
                "usedPercent",
                Figures.of(percent),
                "lastValue",
                last.toPlainString(),
                "limit",
                sequence.nearer().toPlainString(),
                AlterSequenceType.SEQUENCE_TYPE,
                sequence.type,
                "column",
                sequence.column,
                "columnType",
                sequence.columnType,
                SEQUENCE_ONLY,
                Boolean.toString(sequence.sequenceOnly()),
                "advice",
                sequence.sequenceOnly()
                    ? "ALTER SEQUENCE ... AS bigint is quick"
                    : "a wider column takes a rewrite: add a bigint column, fill it in batches, swap"))
        .fixedBy(AlterSequenceType.TYPE, sequence.sequenceOnly());
  }
}
