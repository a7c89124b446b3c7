package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.index.MissingForeignKeyIndex;
import dev.pgmend.healing.detect.index.MissingIndex;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Builds an index without blocking reads or writes. */
@AutoService(Repair.class)
public final class CreateIndexConcurrently implements Repair {
  public static final String TYPE = "CreateIndexConcurrently";

  /** Per row: the tuple's header and line pointer, and two eight-byte keys, at 90% full. */
  private static final long BYTES_PER_ROW = 40;

  private static final Set<String> MENDS = Set.of(MissingForeignKeyIndex.NAME, MissingIndex.NAME);

  /** What the evidence holds where the gain was estimated. */
  private static final Set<String> EXPECTED =
      Set.of("gainPercent", "gainLowPercent", "gainHighPercent", "gainSource");

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    if (!MENDS.contains(finding.detector()) || target.columns().isEmpty()) {
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

  /** Wide keys take more than the usual; of a table that was never counted, all is assumed. */
  private static long estimatedBytes(Finding finding) {
    var rows = finding.evidenceLong("tableRows");
    var table = finding.evidenceLong("tableBytes");
    return rows <= 0 ? table : Math.max(BYTES_PER_ROW * rows, table / 4);
  }

  /** The same columns always give the same name. */
  static String nameFor(Target target) {
    return GeneratedName.of(target, "idx");
  }
}
