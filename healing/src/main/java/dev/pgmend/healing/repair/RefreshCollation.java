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

/**
 * Rebuilds the indexes that a collation's new version may have put out of order, one after the
 * other, and then records the new version. Never in the other order: once the new version is
 * recorded, nothing shows any more that the indexes must be rebuilt.
 */
@AutoService(Repair.class)
public final class RefreshCollation implements Repair {
  public static final String TYPE = "RefreshCollation";

  /** Argument: the indexes to rebuild, all of them, as {@link IndexNames} writes them. */
  public static final String INDEXES = "indexes";

  /** Argument: the collation, quoted; absent if it is the database's own. */
  public static final String COLLATION = "collation";

  /** Argument: the size of all the indexes together, in bytes. */
  public static final String INDEX_BYTES = "indexBytes";

  /** Argument: the size of the largest of them, in bytes. */
  public static final String LARGEST_INDEX_BYTES = "largestIndexBytes";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Rebuilds every index that depends on a collation whose version changed, and then records
        the new version. The order matters: once the version is recorded, nothing shows that an
        index still has the old order.\
        """,
        """
        As REINDEX CONCURRENTLY, for one index at a time: SHARE UPDATE EXCLUSIVE on the table.
        Reads and writes continue.\
        """,
        """
        Nothing to undo: the indexes are right for the library that the server uses now.\
        """,
        """
        It can take hours on a large database. Refreshing the version removes the server's
        warning for the whole collation, including objects that pgmend cannot see. Therefore a
        policy must name it.\
        """,
        new Finding(
            "CollationDrift",
            Severity.WARNING,
            Target.database("shop"),
            "",
            Map.of(
                INDEXES,
                "\"public\".\"person_name_idx\"",
                INDEX_BYTES,
                "8388608",
                LARGEST_INDEX_BYTES,
                "8388608")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var evidence = finding.evidence();
    if (!evidence.containsKey(INDEXES)) {
      return Optional.empty();
    }
    var indexes = IndexNames.read(evidence.getOrDefault(INDEXES, ""));
    var steps = new ArrayList<Step>();
    indexes.forEach(name -> steps.add(new ReindexStep(name.schema(), name.index())));
    steps.add(new IdempotentStep(refresh(finding.target().database(), evidence)));
    return Optional.of(
        new RepairPlan(
            TYPE,
            finding.target(),
            steps,
            // Postgres cannot record the old version again, and the rebuilt indexes do not need it.
            List.of(),
            Risk.MEDIUM,
            Optional.empty(),
            // One new index at a time, and WAL for all of them.
            finding.evidenceLong(LARGEST_INDEX_BYTES) + finding.evidenceLong(INDEX_BYTES),
            !indexes.isEmpty()));
  }

  /** Refreshing removes the server's warning, also for objects that pgmend cannot see. */
  @Override
  public Caution caution() {
    return Caution.ONLY_WHEN_NAMED;
  }

  private static String refresh(String database, Map<String, String> evidence) {
    var collation = evidence.get(COLLATION);
    return collation == null
        ? "ALTER DATABASE %s REFRESH COLLATION VERSION".formatted(Identifiers.quote(database))
        : "ALTER COLLATION %s REFRESH VERSION".formatted(collation);
  }
}
