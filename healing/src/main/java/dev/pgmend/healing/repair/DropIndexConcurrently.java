package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.DuplicateIndex;
import dev.pgmend.healing.detect.Finding;
import dev.pgmend.healing.detect.UnusedIndex;
import java.util.List;
import java.util.Optional;

/**
 * Drops an index that another one makes needless, or that nobody reads; its definition is kept to
 * bring it back.
 */
@AutoService(Repair.class)
public final class DropIndexConcurrently implements Repair {
  public static final String TYPE = "DropIndexConcurrently";

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
    var definition = finding.evidence().getOrDefault(DuplicateIndex.DEFINITION, "");
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new DropIndexStep(target.schema(), target.index())),
            List.of(new CreateIndexStep(target.schema(), target.index(), concurrently(definition))),
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

  /** What pg_get_indexdef gives always begins so. */
  private static String concurrently(String definition) {
    return definition.replaceFirst("^CREATE INDEX ", "CREATE INDEX CONCURRENTLY ");
  }
}
