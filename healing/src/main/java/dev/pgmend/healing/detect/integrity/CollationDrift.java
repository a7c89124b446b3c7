package dev.pgmend.healing.detect.integrity;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.IndexNames;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
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

  /** Evidence: the indexes to rebuild, all of them, as {@link IndexNames} writes them. */
  public static final String INDEXES = "indexes";

  /** Evidence: the collation, quoted; absent where it is the database's own. */
  public static final String COLLATION = "collation";

  /** Evidence: whether rebuilding the indexes is all there is to do. */
  public static final String REBUILDABLE = "rebuildable";

  private static final int MAX_INDEXES = 100;
  private static final int NAMES_SHOWN = 5;

  @Override
  public String name() {
    return NAME;
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
    var most = inspection.thresholds().number(NAME + ".maxIndexes", MAX_INDEXES);
    var hindrance = hindrance(indexes, partitioned, most);
    var bytes = indexes.stream().mapToLong(DriftedCollation.Index::bytes).sum();
    var names = indexes.stream().map(DriftedCollation.Index::name).toList();
    var evidence = new HashMap<String, String>();
    evidence.put("recordedVersion", drifted.recordedVersion());
    evidence.put("actualVersion", drifted.actualVersion());
    evidence.put("indexCount", Integer.toString(indexes.size()));
    evidence.put("indexBytes", Long.toString(bytes));
    evidence.put(
        "largestIndexBytes",
        Long.toString(indexes.stream().mapToLong(DriftedCollation.Index::bytes).max().orElse(0)));
    evidence.put(INDEXES, IndexNames.write(names.subList(0, (int) Math.min(most, names.size()))));
    evidence.put(REBUILDABLE, Boolean.toString(hindrance.isEmpty()));
    drifted.quotedName().ifPresent(name -> evidence.put(COLLATION, name));
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
        evidence);
  }

  /** Why a repair can't do all of it; empty if it can. */
  private static Optional<String> hindrance(
      List<DriftedCollation.Index> indexes, List<String> partitioned, double most) {
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
          "of an exclusion constraint, and so not to be rebuilt while in use: "
              + shown(exclusions));
    }
    return indexes.size() > most
        ? Optional.of("too many for one repair: REINDEX DATABASE CONCURRENTLY, then refresh")
        : Optional.empty();
  }

  private static String shown(List<String> names) {
    var more = names.size() - NAMES_SHOWN;
    return String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}
