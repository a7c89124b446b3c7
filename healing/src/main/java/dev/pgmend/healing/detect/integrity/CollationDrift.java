// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.IndexNames;
import dev.pgmend.healing.repair.RefreshCollation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * A collation whose library, of the operating system or ICU, became another version under it: texts
 * may sort otherwise now, and an index that was built before may then no longer find its rows, or
 * let a unique key in twice. Rebuilt, its order is right again, and only then may the new version
 * be written down.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-altercollation.html">ALTER COLLATION,
 *     Notes</a>
 */
@AutoService(Detector.class)
public final class CollationDrift implements Detector {
  public static final String NAME = "CollationDrift";

  static final Threshold<Long> MAX_INDEXES =
      Threshold.count(
          NAME, "maxIndexes", 100, "With more affected indexes than this, no repair is proposed.");

  private static final String REBUILDABLE = "rebuildable";

  private static final int NAMES_SHOWN = 5;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            The library behind a collation (the operating system's or ICU) changed its version.
            Text may sort differently now: an index built before may miss rows, or accept a
            duplicate key.
            """)
        .measurement(
            """
            The version that Postgres recorded is compared with the library's version now, for
            the database's own collation (Postgres 15 and later) and for every collation that an
            index or a partition key uses. Indexes that compare bytes (`text_pattern_ops`,
            collation `C`) do not depend on it.
            """)
        .severity(
            """
            A warning if indexes or range partitions depend on the collation, else information.
            """)
        .thresholds(MAX_INDEXES)
        .evidence(
            "recordedVersion", "text", "version when the collation was created or last refreshed")
        .evidence("actualVersion", "text", "version of the library now")
        .evidence("indexCount", "count", "indexes that depend on it")
        .evidence(RefreshCollation.INDEX_BYTES, "bytes", "their size in total")
        .evidence(RefreshCollation.LARGEST_INDEX_BYTES, "bytes", "size of the largest")
        .evidence(RefreshCollation.INDEXES, "text", "their names")
        .evidence(
            RefreshCollation.COLLATION, "text", "the collation; absent if it is the database's own")
        .evidence(REBUILDABLE, "true or false", "whether rebuilding the indexes is enough")
        .repairs(RefreshCollation.TYPE)
        .remedy(
            """
            Rebuild every index that depends on the collation, then record the new version. If a
            table is range partitioned by text, rows may be in the wrong partition: no repair is
            proposed, dump and reload that table. An exclusion constraint's index must be
            rebuilt without CONCURRENTLY.
            """)
        .reproduction(
            """
            SELECT collname, collversion, pg_collation_actual_version(oid)
              FROM pg_collation WHERE collversion <> pg_collation_actual_version(oid);
            SELECT datname, datcollversion, pg_database_collation_actual_version(oid)
              FROM pg_database;  -- Postgres 15 and later
            """)
        .limits(
            """
            Whether an index really is out of order is not checked here;
            [CorruptIndex](CorruptIndex.md) does that. Postgres 14 records no version of the
            database's own collation.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var findings = new ArrayList<Finding>();
    for (var drifted : DriftedCollation.in(inspection.session(), inspection.facts().major())) {
      findings.add(finding(inspection, drifted));
    }
    return findings;
  }

  private static Finding finding(Inspection inspection, DriftedCollation drifted)
      throws SQLException {
    var session = inspection.session();
    var indexes = drifted.indexes(session);
    var partitioned = drifted.rangePartitioned(session);
    var maxIndexes = inspection.thresholds().get(MAX_INDEXES);
    var hindrance = hindrance(indexes, partitioned, maxIndexes);
    var bytes = indexes.stream().mapToLong(DriftedCollation.Index::bytes).sum();
    var names = indexes.stream().map(DriftedCollation.Index::name).toList();
    var evidence = new HashMap<String, String>();
    evidence.put("recordedVersion", drifted.recordedVersion());
    evidence.put("actualVersion", drifted.actualVersion());
    evidence.put("indexCount", Integer.toString(indexes.size()));
    evidence.put(RefreshCollation.INDEX_BYTES, Long.toString(bytes));
    evidence.put(
        RefreshCollation.LARGEST_INDEX_BYTES,
        Long.toString(indexes.stream().mapToLong(DriftedCollation.Index::bytes).max().orElse(0)));
    evidence.put(
        RefreshCollation.INDEXES,
        IndexNames.write(names.subList(0, (int) Math.min(maxIndexes, names.size()))));
    evidence.put(REBUILDABLE, Boolean.toString(hindrance.isEmpty()));
    drifted.quotedName().ifPresent(name -> evidence.put(RefreshCollation.COLLATION, name));
    return new Finding(
            NAME,
            indexes.isEmpty() && partitioned.isEmpty() ? Severity.INFO : Severity.WARNING,
            drifted
                .quotedName()
                .map(name -> Target.object(inspection.database(), "collation", name))
                .orElse(Target.database(inspection.database())),
            "%s was used in version %s and is now %s: %d indexes (%s) may be out of order%s"
                .formatted(
                    drifted
                        .quotedName()
                        .map(name -> "The collation " + name)
                        .orElse("The collation of database " + inspection.database()),
                    drifted.recordedVersion(),
                    drifted.actualVersion(),
                    indexes.size(),
                    ByteSize.of(bytes),
                    hindrance.map(why -> "; " + why).orElse("")),
            evidence)
        .fixedBy(RefreshCollation.TYPE, hindrance.isEmpty());
  }

  /** Why a repair can't do all of it; empty if it can. */
  private static Optional<String> hindrance(
      List<DriftedCollation.Index> indexes, List<String> partitioned, long maxIndexes) {
    if (!partitioned.isEmpty()) {
      return Optional.of(
          "rows may lie in the wrong partition of %s, so that rebuilt indexes are not enough"
              .formatted(shown(partitioned)));
    }
    var exclusions =
        indexes.stream()
            .filter(DriftedCollation.Index::ofExclusion)
            .map(index -> index.name().index())
            .toList();
    if (!exclusions.isEmpty()) {
      return Optional.of(
          "indexes of exclusion constraints cannot be rebuilt while in use: " + shown(exclusions));
    }
    return indexes.size() > maxIndexes
        ? Optional.of("too many for one repair: REINDEX DATABASE CONCURRENTLY, then refresh")
        : Optional.empty();
  }

  private static String shown(List<String> names) {
    var more = names.size() - NAMES_SHOWN;
    return String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}
