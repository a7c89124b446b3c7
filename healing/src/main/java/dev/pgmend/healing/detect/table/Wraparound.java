// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.VacuumFreeze;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * A table whose oldest transaction or multixact number is so old that freezing can no longer wait:
 * at 2 billion the server stops taking writes. While a holder keeps vacuum back, freezing does not
 * help, so the holder is named first.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND">
 *     Preventing transaction ID wraparound failures</a>
 */
@AutoService(Detector.class)
public final class Wraparound implements Detector {
  public static final String NAME = "Wraparound";

  static final Threshold<Long> WARN_XID_AGE =
      Threshold.count(
          NAME,
          "warnXidAge",
          500_000_000,
          "A table whose oldest transaction or multixact is at least this many behind is a warning.");

  static final Threshold<Long> CRITICAL_XID_AGE =
      Threshold.count(
          NAME,
          "criticalXidAge",
          1_000_000_000,
          "A table whose oldest transaction or multixact is at least this many behind is critical.");

  private static final int MAX_TABLES = 20;

  /** A TOAST table is vacuumed with its own, and counts with it. */
  private static final String SQL =
      """
      SELECT n.nspname, c.relname,
             greatest(age(c.relfrozenxid), coalesce(age(t.relfrozenxid), 0)) AS xids,
             greatest(mxid_age(c.relminmxid), coalesce(mxid_age(t.relminmxid), 0)) AS multixacts,
             %2$s, %1$s AS own
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
       WHERE c.relkind IN ('r', 'm')
         AND greatest(age(c.relfrozenxid), coalesce(age(t.relfrozenxid), 0),
                      mxid_age(c.relminmxid), coalesce(mxid_age(t.relminmxid), 0)) >= ?
       ORDER BY 6 DESC, greatest(age(c.relfrozenxid), coalesce(age(t.relfrozenxid), 0),
                         mxid_age(c.relminmxid), coalesce(mxid_age(t.relminmxid), 0)) DESC
       LIMIT ?
      """
          .formatted(UserObjects.own("c"), UserObjects.bytes("c"));

  private record Table(
      String schema, String name, long xids, long multixacts, long bytes, boolean own) {
    long age() {
      return Math.max(xids, multixacts);
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
            A table's oldest transaction id or multixact id is so old that freezing cannot wait.
            At about 2 billion the server stops accepting writes.
            """)
        .measurement(
            """
            `age(relfrozenxid)` and `mxid_age(relminmxid)` of each table and its TOAST table are
            read. The session, prepared transaction, slot or standby that holds vacuum back is
            named.
            """)
        .severity("A warning from `warnXidAge`, critical from `criticalXidAge`.")
        .thresholds(WARN_XID_AGE, CRITICAL_XID_AGE)
        .evidence("xids", "transactions", "age of the oldest transaction id")
        .evidence("multixacts", "multixacts", "age of the oldest multixact id")
        .evidence("tableBytes", "bytes", "size of the table")
        .evidence(VacuumHorizon.EVIDENCE)
        .repairs(VacuumFreeze.TYPE)
        .remedy(
            """
            Freeze the table. If something holds vacuum back, freezing achieves nothing and no
            repair is proposed: end the named session, prepared transaction or slot first.
            """)
        .reproduction(
            """
            SELECT c.oid::regclass, age(c.relfrozenxid), mxid_age(c.relminmxid)
              FROM pg_class c WHERE relkind IN ('r', 'm', 't') ORDER BY 2 DESC LIMIT 20;
            """)
        .limits(
            """
            At most 20 tables of a database are reported. Catalog tables are reported as a
            finding of the database, because the server freezes them itself.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var act = inspection.thresholds().get(WARN_XID_AGE);
    var urgent = inspection.thresholds().get(CRITICAL_XID_AGE);
    var tables =
        inspection
            .session()
            .query(
                SQL,
                row ->
                    new Table(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getBoolean(6)),
                act,
                MAX_TABLES);
    if (tables.isEmpty()) {
      return List.of();
    }
    var holder = VacuumHorizon.holder(inspection.session(), act / 2);
    var findings = new ArrayList<Finding>();
    for (var table : tables) {
      if (table.own) {
        var target = Target.table(inspection.database(), table.schema, table.name);
        findings.add(finding(target, table, urgent, holder));
      }
    }
    if (findings.isEmpty()) {
      // The server freezes tables of the catalog and of extensions; report it if it does not.
      findings.add(
          finding(Target.database(inspection.database()), tables.getFirst(), urgent, holder));
    }
    return findings;
  }

  private static Finding finding(
      Target target, Table table, long urgent, Optional<VacuumHorizon.Holder> holder) {
    var evidence = new HashMap<String, String>();
    evidence.put("xids", Long.toString(table.xids));
    evidence.put("multixacts", Long.toString(table.multixacts));
    evidence.put("tableBytes", Long.toString(table.bytes));
    holder.ifPresent(h -> evidence.putAll(h.evidence()));
    return new Finding(
            NAME,
            table.age() >= urgent ? Severity.CRITICAL : Severity.WARNING,
            target,
            "%s.%s: its oldest %s is %,d behind; the server stops taking writes at 2 billion%s"
                .formatted(
                    table.schema,
                    table.name,
                    table.xids >= table.multixacts ? "transaction number" : "multixact number",
                    table.age(),
                    holder.map(h -> "; " + h.sentence()).orElse("")),
            evidence)
        .fixedBy(VacuumFreeze.TYPE, holder.isEmpty() && !target.relation().isEmpty());
  }
}
