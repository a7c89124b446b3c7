// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rebuilds an index beside the old one and swaps them; reads and writes go on. */
@AutoService(Repair.class)
public final class ReindexConcurrently implements Repair {
  public static final String TYPE = "ReindexConcurrently";

  /** Argument: the size of the index, in bytes. */
  public static final String SIZE_BYTES = "sizeBytes";

  /** Argument: its size after the rebuild, in bytes; absent if that is not known. */
  public static final String REBUILT_BYTES = "rebuiltBytes";

  /** Argument: the space that the rebuild saves; absent if that is not known. */
  public static final String SAVING_PERCENT = "savingPercent";

  /** Argument: how the saving was measured. */
  public static final String METHOD = "method";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Rebuilds an index next to the old one and swaps them. Reads and writes continue.\
        """,
        """
        SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue. The rebuild waits for
        transactions that began before it, and the swap needs a moment without waiting locks.\
        """,
        "Nothing to undo: the new index has the same definition.",
        """
        It needs disk space for a second copy of the index and its WAL. A cancelled rebuild
        leaves a `_ccnew` index, which pgmend drops. pgmend does not run it on Postgres 14.0 to
        14.3, which could corrupt the new index.\
        """,
        new Finding(
            "IndexBloat",
            Severity.WARNING,
            Target.index("shop", "public", "orders", "orders_customer_id_idx"),
            "",
            Map.of(
                SIZE_BYTES,
                "104857600",
                REBUILT_BYTES,
                "41943040",
                SAVING_PERCENT,
                "60.0",
                METHOD,
                "pgstatindex")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var evidence = finding.evidence();
    var newBytes =
        finding.evidenceLong(evidence.containsKey(REBUILT_BYTES) ? REBUILT_BYTES : SIZE_BYTES);
    var expected =
        evidence.containsKey(SAVING_PERCENT)
            ? Optional.of(spaceSaved(finding))
            : Optional.<Expected>empty();
    return Optional.of(plan(finding, newBytes, expected));
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
    var percent = Double.parseDouble(finding.evidence().getOrDefault(SAVING_PERCENT, "0"));
    var source = "size of the index, by " + finding.evidence().getOrDefault(METHOD, "estimate");
    // Deduplication and page splits during the build move the result a little either way.
    return new Expected(percent, Math.max(0, percent - 10), Math.min(100, percent + 10), source);
  }
}
