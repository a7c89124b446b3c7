package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.catalog.IndexDefinition;
import dev.pgmend.healing.detect.index.DuplicateIndex;
import dev.pgmend.healing.detect.index.UnusedIndex;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Drops an index that another one makes needless, or that nobody reads; what it was is kept to
 * bring it back as it was.
 */
@AutoService(Repair.class)
public final class DropIndexConcurrently implements Repair {
  public static final String TYPE = "DropIndexConcurrently";

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
  public Optional<RepairPlan> plan(Finding finding) {
    if (!isNeedless(finding)) {
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
            2 * finding.evidenceLong("sizeBytes"),
            false));
  }

  private static boolean isNeedless(Finding finding) {
    var evidence = finding.evidence();
    return switch (finding.detector()) {
      case DuplicateIndex.NAME -> "exact".equals(evidence.get(DuplicateIndex.KIND));
      case UnusedIndex.NAME -> Boolean.parseBoolean(evidence.get(UnusedIndex.CERTAIN));
      default -> false;
    };
  }

  private static List<Step> undo(Finding finding) {
    var target = finding.target();
    var evidence = finding.evidence();
    var create = evidence.getOrDefault(IndexDefinition.CREATE, "");
    var steps = new ArrayList<Step>();
    steps.add(new CreateIndexStep(target.schema(), target.index(), concurrently(create)));
    var name = Identifiers.quote(target.schema(), target.index());
    var comment = evidence.get(IndexDefinition.COMMENT);
    if (comment != null) {
      steps.add(
          new IdempotentStep(
              "COMMENT ON INDEX %s IS %s".formatted(name, Identifiers.literal(comment))));
    }
    TARGET
        .matcher(evidence.getOrDefault(IndexDefinition.TARGETS, ""))
        .results()
        .map(column ->
            new IdempotentStep(
                "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s"
                    .formatted(name, column.group(1), column.group(2))))
        .forEach(steps::add);
    return List.copyOf(steps);
  }

  /** What pg_get_indexdef gives always begins so. */
  private static String concurrently(String definition) {
    return definition.replaceFirst("^CREATE INDEX ", "CREATE INDEX CONCURRENTLY ");
  }
}
