package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.catalog.IndexNames;
import dev.pgmend.healing.detect.integrity.CollationDrift;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rebuilds the indexes that a collation's new version may have put out of order, one after the
 * other, and then writes the version down. Never the other way round: with the new version written
 * down nobody would know any more that they are to be rebuilt.
 */
@AutoService(Repair.class)
public final class RefreshCollation implements Repair {
  public static final String TYPE = "RefreshCollation";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var evidence = finding.evidence();
    if (!finding.detector().equals(CollationDrift.NAME)
        || !Boolean.parseBoolean(evidence.get(CollationDrift.REBUILDABLE))) {
      return Optional.empty();
    }
    var indexes = IndexNames.read(evidence.getOrDefault(CollationDrift.INDEXES, ""));
    var steps = new ArrayList<Step>();
    indexes.forEach(name -> steps.add(new ReindexStep(name.schema(), name.index())));
    steps.add(new IdempotentStep(refresh(finding.target().database(), evidence)));
    return Optional.of(
        new RepairPlan(
            TYPE,
            finding.target(),
            steps,
            // The version before can't be written down again, nor would anything be won by it.
            List.of(),
            Risk.MEDIUM,
            Optional.empty(),
            // One new index at a time, and WAL for all of them.
            finding.evidenceLong("largestIndexBytes") + finding.evidenceLong("indexBytes"),
            !indexes.isEmpty()));
  }

  /** Whoever sees the warning gone takes everything for mended, also what pgmend can't see. */
  @Override
  public Caution caution() {
    return Caution.ONLY_WHEN_NAMED;
  }

  private static String refresh(String database, Map<String, String> evidence) {
    var collation = evidence.get(CollationDrift.COLLATION);
    return collation == null
        ? "ALTER DATABASE %s REFRESH COLLATION VERSION".formatted(Identifiers.quote(database))
        : "ALTER COLLATION %s REFRESH VERSION".formatted(collation);
  }
}
