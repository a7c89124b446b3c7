package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.index.IndexBloat;
import dev.pgmend.healing.detect.index.InvalidIndex;
import dev.pgmend.healing.detect.index.VectorIndexRecall;
import dev.pgmend.healing.detect.integrity.CorruptIndex;
import dev.pgmend.healing.finding.Finding;
import java.util.List;
import java.util.Optional;

/** Rebuilds an index beside the old one and swaps them; reads and writes go on. */
@AutoService(Repair.class)
public final class ReindexConcurrently implements Repair {
  public static final String TYPE = "ReindexConcurrently";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    return switch (finding.detector()) {
      case IndexBloat.NAME ->
          Optional.of(
              plan(
                  finding, finding.evidenceLong("rebuiltBytes"), Optional.of(spaceSaved(finding))));
      case InvalidIndex.NAME ->
          Boolean.parseBoolean(finding.evidence().get(InvalidIndex.LEFTOVER))
              ? Optional.empty()
              : Optional.of(plan(finding, finding.evidenceLong("sizeBytes"), Optional.empty()));
      case CorruptIndex.NAME ->
          Boolean.parseBoolean(finding.evidence().get(CorruptIndex.REBUILDABLE))
              ? Optional.of(plan(finding, finding.evidenceLong("sizeBytes"), Optional.empty()))
              : Optional.empty();
      case VectorIndexRecall.NAME ->
          Boolean.parseBoolean(finding.evidence().get(VectorIndexRecall.REBUILD))
              ? Optional.of(plan(finding, finding.evidenceLong("sizeBytes"), Optional.empty()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static RepairPlan plan(Finding finding, long newBytes, Optional<Expected> expected) {
    var target = finding.target();
    return new RepairPlan(
        TYPE,
        target,
        List.of(new ReindexStep(target.schema(), target.index())),
        List.of(),
        Risk.MEDIUM,
        expected,
        // The new index, and as much again in WAL.
        2 * newBytes,
        true);
  }

  private static Expected spaceSaved(Finding finding) {
    var percent = Double.parseDouble(finding.evidence().getOrDefault("savingPercent", "0"));
    var source = "size of the index, by " + finding.evidence().getOrDefault("method", "estimate");
    // Deduplication and page splits during the build move the result a little either way.
    return new Expected(percent, Math.max(0, percent - 10), Math.min(100, percent + 10), source);
  }
}
