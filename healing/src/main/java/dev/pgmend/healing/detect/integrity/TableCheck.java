// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.trust.UntrustedCode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks a table and its B-trees.
 *
 * @param maxBytes that one check reads at most: of a larger table only a part is checked at a time,
 *     and its indexes not against the table
 */
record TableCheck(Inspection inspection, Amcheck amcheck, long maxBytes) {
  private static final long PAGE = 8 * ByteSize.KB;
  private static final Map<String, String> WITHOUT_INDEXES =
      Map.of("enable_indexscan", "off", "enable_indexonlyscan", "off", "enable_bitmapscan", "off");

  /** Findings, and the bytes read for them. */
  record Result(List<Finding> findings, long readBytes) {
    Result {
      findings = List.copyOf(findings);
    }
  }

  Result check(CheckedTable table) throws SQLException {
    var size = table.size(inspection.session());
    if (size.isPresent() && size.get().locked()) {
      return new Result(List.of(DetectorFailure.locked(CorruptIndex.NAME, target(table))), 0);
    }
    var bytes = size.map(CheckedTable.Size::bytes).orElse(0L);
    return bytes == 0 ? new Result(List.of(), 0) : check(table, bytes);
  }

  private Result check(CheckedTable table, long size) throws SQLException {
    var findings = new ArrayList<Finding>();
    var heap = heap(table, size);
    heap.damage().ifPresent(damage -> findings.add(brokenTable(table, size, damage)));
    heap.unseen().ifPresent(why -> findings.add(unseen(target(table), why)));
    var read = Math.min(size, maxBytes);
    for (var index : table.indexes(inspection.session())) {
      if (index.sizeBytes() > maxBytes) {
        continue;
      }
      if (index.locked()) {
        findings.add(DetectorFailure.locked(CorruptIndex.NAME, target(table, index)));
        continue;
      }
      var withHeap = size + index.sizeBytes() <= maxBytes;
      read += index.sizeBytes() + (withHeap ? size : 0);
      var outcome = index(index, withHeap);
      if (outcome.damage().isPresent()) {
        var sound = heap.isSound() && size <= maxBytes;
        findings.add(brokenIndex(table, index, outcome.damage().get(), sound));
      }
      outcome.unseen().ifPresent(why -> findings.add(unseen(target(table, index), why)));
    }
    return new Result(findings, read);
  }

  private Amcheck.Outcome index(CheckedTable.Index index, boolean withHeap) throws SQLException {
    var unfinished =
        new UnfinishedChecks(inspection.memory(), inspection.session(), inspection.database());
    if (unfinished.broughtServerDown(index)) {
      return Amcheck.Outcome.damaged("the server went down when it was read");
    }
    unfinished.begin(index);
    var outcome = amcheck.index(index.oid(), withHeap);
    unfinished.end(index);
    return outcome;
  }

  private Target target(CheckedTable table) {
    return Target.table(inspection.database(), table.schema(), table.name());
  }

  private Target target(CheckedTable table, CheckedTable.Index index) {
    return Target.index(inspection.database(), table.schema(), table.name(), index.name());
  }

  private static Finding unseen(Target target, String why) {
    return DetectorFailure.of(CorruptIndex.NAME, target, why);
  }

  /** Checks the next part of a large table. */
  private Amcheck.Outcome heap(CheckedTable table, long size) {
    var pages = (size + PAGE - 1) / PAGE;
    var maxPages = Math.max(1, maxBytes / PAGE);
    if (pages <= maxPages) {
      return amcheck.heap(table.oid(), 0, pages - 1);
    }
    var name = "%s.block %s %d".formatted(CorruptIndex.NAME, inspection.database(), table.oid());
    var first = Long.parseLong(inspection.memory().kept(name).orElse("0")) % pages;
    var last = Math.min(pages, first + maxPages) - 1;
    var outcome = amcheck.heap(table.oid(), first, last);
    // Check a broken part again next time.
    inspection.memory().keep(name, Long.toString(outcome.damage().isPresent() ? first : last + 1));
    return outcome;
  }

  private Finding brokenTable(CheckedTable table, long size, String damage) {
    return new Finding(
        CorruptIndex.NAME,
        Severity.CRITICAL,
        target(table),
        "%s.%s (%s) is damaged: %s. Stop writing to it, keep a copy of the data directory, and"
                .formatted(table.schema(), table.name(), ByteSize.of(size), damage)
            + " restore it from a backup; rebuilding its indexes would lose rows",
        Map.of(
            "damage", damage, "sizeBytes", Long.toString(size), CorruptIndex.REBUILDABLE, "false"));
  }

  private Finding brokenIndex(
      CheckedTable table, CheckedTable.Index index, String damage, boolean heapIsSound)
      throws SQLException {
    var duplicates = heapIsSound ? duplicates(table, index) : "unknown";
    var rebuildable = heapIsSound && !duplicates.equals("yes");
    String next;
    if (!heapIsSound) {
      next = "do not rebuild it until a check shows that its table is sound";
    } else if (duplicates.equals("yes")) {
      next = "the table holds a key twice; remove one of the rows before you rebuild it";
    } else {
      next = "its table is sound, and it can be rebuilt";
    }
    return new Finding(
            CorruptIndex.NAME,
            Severity.CRITICAL,
            target(table, index),
            "%s (%s) is damaged: %s; %s"
                .formatted(index.name(), ByteSize.of(index.sizeBytes()), damage, next),
            Map.of(
                "damage",
                damage,
                ReindexConcurrently.SIZE_BYTES,
                Long.toString(index.sizeBytes()),
                "duplicateKeys",
                duplicates,
                CorruptIndex.REBUILDABLE,
                Boolean.toString(rebuildable)))
        .fixedBy(ReindexConcurrently.TYPE, rebuildable);
  }

  /** A damaged unique index may have let the same key in twice. */
  private String duplicates(CheckedTable table, CheckedTable.Index index) throws SQLException {
    if (!index.unique()) {
      return "no";
    }
    if (index.uniqueColumns().isEmpty()) {
      return "unknown";
    }
    var session = inspection.session();
    var columns = Identifiers.quoteAll(index.uniqueColumns());
    // The damaged index itself would give the wrong answer.
    if (UntrustedCode.read(session).behind(table.oid()).isPresent()) {
      return "unknown";
    }
    try {
      session.configure(WITHOUT_INDEXES);
      return session
              .queryVerbatim(
                  "SELECT 1 FROM %s WHERE num_nulls(%s) = 0 GROUP BY %s HAVING count(*) > 1 LIMIT 1"
                      .formatted(Identifiers.quote(table.schema(), table.name()), columns, columns),
                  row -> row.getInt(1))
              .isEmpty()
          ? "no"
          : "yes";
    } catch (SQLException e) {
      // Not every role may read the rows.
      return "unknown";
    } finally {
      session.reset(WITHOUT_INDEXES.keySet());
    }
  }
}
