package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.index.InvalidIndex;
import dev.pgmend.healing.finding.Finding;
import java.util.List;
import java.util.Optional;

/** Drops what a failed REINDEX CONCURRENTLY left behind. There is nothing in it to take back. */
@AutoService(Repair.class)
public final class DropInvalidIndex implements Repair {
  public static final String TYPE = "DropInvalidIndex";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    if (!finding.detector().equals(InvalidIndex.NAME)
        || !Boolean.parseBoolean(finding.evidence().get(InvalidIndex.LEFTOVER))) {
      return Optional.empty();
    }
    var target = finding.target();
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new DropIndexStep(target.schema(), target.index())),
            List.of(),
            Risk.LOW,
            Optional.empty(),
            0,
            false));
  }
}
