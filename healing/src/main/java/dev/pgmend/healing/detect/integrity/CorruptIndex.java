// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.ReindexConcurrently;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A B-tree whose keys are out of order or that misses rows of its table, and a table whose pages
 * are broken: seen by the extension amcheck.
 *
 * <p>To read everything takes hours, so each inspection reads a part, and the next continues with
 * the table that has the oldest check. Broken tables and indexes are checked each time. An index is
 * rebuilt only if its table is sound. If the table is broken too, a rebuild would lose rows for
 * good; if its keys are no longer unique, a rebuild would fail.
 */
@AutoService(Detector.class)
public final class CorruptIndex implements Detector {
  public static final String NAME = "CorruptIndex";

  static final Threshold<Long> MAX_READ =
      Threshold.bytes(
          NAME,
          "maxRead",
          512 * ByteSize.MB,
          "One inspection of a database reads about this much; the next inspection continues.");

  static final Threshold<Long> MAX_OBJECT_SIZE =
      Threshold.bytes(
          NAME,
          "maxObjectSize",
          ByteSize.GB,
          "A larger index is not checked, and a larger table only in parts of this size.");

  static final Threshold<Duration> MAX_TIME =
      Threshold.duration(
          NAME,
          "maxTime",
          Duration.ofSeconds(5),
          "One inspection of a database checks for about this long; the next inspection continues.");

  /** Evidence: whether an index can be rebuilt from its table. */
  static final String REBUILDABLE = "rebuildable";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A B-tree index or a table is physically damaged. Queries through a damaged index
            miss rows; a damaged table loses data.
            """)
        .measurement(
            """
            The extension amcheck checks the order of index keys, that every row of the table is
            in the index (`bt_index_check`), and the pages of the table (`verify_heapam`). It
            takes no lock that blocks writes. Each inspection checks some tables, and the next
            continues; what was damaged is checked every time.
            """)
        .severity(
            """
            Always critical. If amcheck is missing, or this role cannot call it, that is
            reported as information.
            """)
        .thresholds(MAX_READ, MAX_OBJECT_SIZE, MAX_TIME)
        .evidence("damage", "text", "what amcheck reports")
        .evidence(ReindexConcurrently.SIZE_BYTES, "bytes", "size of the index or table")
        .evidence(
            "duplicateKeys",
            "text",
            "`yes`, `no` or `unknown`: whether the table holds a key twice that should be unique")
        .evidence(REBUILDABLE, "true or false", "whether the index can be rebuilt from its table")
        .evidence("grant", "SQL", "what to run so that pgmend can check")
        .repairs(ReindexConcurrently.TYPE)
        .remedy(
            """
            An index is rebuilt if its table is sound and has no duplicate keys. If the table
            itself is damaged, no repair is proposed: stop writing to it, copy the data
            directory, and restore the table from a backup. Rebuilding its indexes would lose
            rows. Then look for the cause: disk, memory, or an fsync that does nothing.
            """)
        .reproduction(
            """
            CREATE EXTENSION IF NOT EXISTS amcheck;
            SELECT bt_index_check('public.orders_pkey', heapallindexed => true);
            SELECT * FROM verify_heapam('public.orders');
            """)
        .limits(
            """
            Only B-trees are checked. TOAST is not. Indexes larger than `maxObjectSize` are not
            checked, and a large database takes many inspections: days are possible.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var extension = inspection.facts().schemaOf("amcheck");
    if (extension.isEmpty()) {
      return List.of(
          missing(
              inspection,
              "Tables and indexes can't be checked for damage without the extension amcheck",
              "CREATE EXTENSION amcheck"));
    }
    var amcheck = Amcheck.in(inspection.session(), extension.get());
    var grant = amcheck.missingGrant();
    if (grant.isPresent()) {
      return List.of(
          missing(
              inspection,
              "Tables and indexes can't be checked for damage without a right",
              grant.get()));
    }
    return round(inspection, amcheck);
  }

  /** Only the table in question is read, and all of it. */
  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known)
      throws SQLException, InspectionException {
    var target = known.target();
    var extension = inspection.facts().schemaOf("amcheck");
    if (target.relation().isEmpty() || extension.isEmpty()) {
      return Detector.super.lookAgain(inspection, known);
    }
    var table = CheckedTable.named(inspection.session(), target.schema(), target.relation());
    if (table.isEmpty()) {
      return Optional.empty();
    }
    var amcheck = Amcheck.in(inspection.session(), extension.get());
    var findings =
        new TableCheck(inspection, amcheck, maxObjectBytes(inspection))
            .check(table.get())
            .findings();
    return DetectorFailure.again(known, findings);
  }

  private static List<Finding> round(Inspection inspection, Amcheck amcheck) throws SQLException {
    var thresholds = inspection.thresholds();
    var budget = thresholds.get(MAX_READ);
    var until = System.nanoTime() + thresholds.get(MAX_TIME).toNanos();
    var check = new TableCheck(inspection, amcheck, maxObjectBytes(inspection));
    var rounds = new CheckRound(inspection.memory(), inspection.database());
    var findings = new ArrayList<Finding>();
    var read = 0L;
    for (var table : rounds.next(inspection.session())) {
      if (read >= budget || System.nanoTime() > until || inspection.deadline().passed()) {
        break;
      }
      var result = check.check(table);
      read += result.readBytes();
      findings.addAll(result.findings());
      rounds.checked(table, !result.findings().isEmpty());
    }
    return findings;
  }

  private static long maxObjectBytes(Inspection inspection) {
    return inspection.thresholds().get(MAX_OBJECT_SIZE);
  }

  private static Finding missing(Inspection inspection, String what, String fix) {
    return new Finding(
        NAME,
        Severity.INFO,
        Target.object(inspection.database(), "extension", "amcheck"),
        what + ": " + fix,
        Map.of("grant", fix));
  }
}
