// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Drops an index that another one makes redundant, or that no query reads. Its definition is kept,
 * so that the undo can create it again.
 */
@AutoService(Repair.class)
public final class DropIndexConcurrently implements Repair {
  public static final String TYPE = "DropIndexConcurrently";

  /** Argument: the statement that creates the index again. */
  public static final String DEFINITION = "definition";

  /** Argument: its comment; absent if it has none. */
  public static final String COMMENT = "comment";

  /** Argument: its columns' statistics targets, as {@code 1=500,3=100}; absent if none is set. */
  public static final String STATISTICS_TARGETS = "statisticsTargets";

  /** Argument: its size, in bytes. */
  public static final String SIZE_BYTES = "sizeBytes";

  private static final Pattern TARGET = Pattern.compile("(\\d+)=(\\d+)");

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Caution caution() {
    return Caution.ONLY_WHEN_NAMED;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Drops an index that another index makes redundant, or that no query reads. Its
        definition, comment and statistics targets are kept in the HealingAction.\
        """,
        """
        SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue. It waits for
        transactions that use the table.\
        """,
        """
        Creates the index again with CREATE INDEX CONCURRENTLY, under its old name, with its
        comment and statistics targets.\
        """,
        """
        A query that needs the index becomes slow until it is created again. The verdict watches
        for that and undoes the repair. Hints and scripts that name the index break.\
        """,
        new Finding(
            "DuplicateIndex",
            Severity.WARNING,
            Target.index("shop", "public", "orders", "orders_customer_id_idx"),
            "",
            Map.of(
                DEFINITION,
                "CREATE INDEX orders_customer_id_idx ON public.orders USING btree (customer_id)",
                SIZE_BYTES,
                "20971520")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    if (!finding.evidence().containsKey(DEFINITION)) {
      return Optional.empty();
    }
    var target = finding.target();
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new DropIndexStep(target.schema(), target.index())),
            undo(finding),
            Risk.HIGH,
            Optional.empty(),
            2 * finding.evidenceLong(SIZE_BYTES),
            false));
  }

  private static List<Step> undo(Finding finding) {
    var target = finding.target();
    var evidence = finding.evidence();
    var create = evidence.getOrDefault(DEFINITION, "");
    var steps = new ArrayList<Step>();
    steps.add(new CreateIndexStep(target.schema(), target.index(), concurrently(create)));
    var name = Identifiers.quote(target.schema(), target.index());
    var comment = evidence.get(COMMENT);
    if (comment != null) {
      steps.add(
          new IdempotentStep(
              "COMMENT ON INDEX %s IS %s".formatted(name, Identifiers.literal(comment))));
    }
    TARGET
        .matcher(evidence.getOrDefault(STATISTICS_TARGETS, ""))
        .results()
        .map(column ->
            new IdempotentStep(
                "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s"
                    .formatted(name, column.group(1), column.group(2))))
        .forEach(steps::add);
    return List.copyOf(steps);
  }

  /** The output of pg_get_indexdef always starts like this. */
  private static String concurrently(String definition) {
    return definition.replaceFirst("^CREATE INDEX ", "CREATE INDEX CONCURRENTLY ");
  }
}
