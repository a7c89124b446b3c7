// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds an index without blocking reads or writes. */
@AutoService(Repair.class)
public final class CreateIndexConcurrently implements Repair {
  public static final String TYPE = "CreateIndexConcurrently";

  /** Argument: the table's rows, as the planner counts them; zero if it was never analyzed. */
  public static final String TABLE_ROWS = "tableRows";

  /** Argument: the table's size, in bytes. */
  public static final String TABLE_BYTES = "tableBytes";

  /** Per row: the tuple's header and line pointer, and two eight-byte keys, at 90% full. */
  private static final long BYTES_PER_ROW = 40;

  /** Evidence of an estimated gain. */
  private static final Set<String> EXPECTED =
      Set.of("gainPercent", "gainLowPercent", "gainHighPercent", "gainSource");

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Builds a B-tree index without blocking reads or writes. Its name is derived from the
        table and columns, so a repeated build replaces an unfinished one.\
        """,
        """
        SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue. The build waits for
        transactions that began before it.\
        """,
        "Drops the index with DROP INDEX CONCURRENTLY.",
        """
        It reads the whole table twice and needs disk space for the index and its WAL. Each
        write then maintains one more index. A cancelled build leaves an invalid index, which
        pgmend drops.\
        """,
        new Finding(
            "MissingForeignKeyIndex",
            Severity.WARNING,
            Target.columns("shop", "public", "orders", List.of("customer_id")),
            "",
            Map.of(TABLE_ROWS, "1000000", TABLE_BYTES, "104857600")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    if (target.columns().isEmpty()) {
      return Optional.empty();
    }
    var name = nameFor(target);
    var sql =
        "CREATE INDEX CONCURRENTLY %s ON %s (%s)"
            .formatted(
                Identifiers.quote(name),
                Identifiers.quote(target.schema(), target.relation()),
                Identifiers.quoteAll(target.columns()));
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new CreateIndexStep(target.schema(), name, sql)),
            List.of(new DropIndexStep(target.schema(), name)),
            Risk.MEDIUM,
            expected(finding),
            2 * estimatedBytes(finding),
            true));
  }

  private static Optional<Expected> expected(Finding finding) {
    var evidence = finding.evidence();
    return evidence.keySet().containsAll(EXPECTED)
        ? Optional.of(
            new Expected(
                Double.parseDouble(evidence.getOrDefault("gainPercent", "")),
                Double.parseDouble(evidence.getOrDefault("gainLowPercent", "")),
                Double.parseDouble(evidence.getOrDefault("gainHighPercent", "")),
                evidence.getOrDefault("gainSource", "")))
        : Optional.empty();
  }

  /** Wide keys take more; of a table that was never analyzed, its whole size is assumed. */
  private static long estimatedBytes(Finding finding) {
    var rows = finding.evidenceLong(TABLE_ROWS);
    var table = finding.evidenceLong(TABLE_BYTES);
    return rows <= 0 ? table : Math.max(BYTES_PER_ROW * rows, table / 4);
  }

  /** The same columns always give the same name. */
  static String nameFor(Target target) {
    return GeneratedName.of(target, "idx");
  }
}
