// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Widens a sequence whose column has room for more. */
@AutoService(Repair.class)
public final class AlterSequenceType implements Repair {
  public static final String TYPE = "AlterSequenceType";

  /** Argument: the sequence's type now, {@code smallint} or {@code integer}. */
  public static final String SEQUENCE_TYPE = "sequenceType";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Caution caution() {
    return Caution.ONLY_WHEN_NAMED;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Makes a sequence `bigint` if its column is already wide enough. The sequence then no
        longer runs out before its column does.\
        """,
        """
        SHARE ROW EXCLUSIVE on the sequence, for a moment. `nextval` waits meanwhile.\
        """,
        """
        Changes the sequence back to its old type. Postgres refuses this if the last value no
        longer fits.\
        """,
        """
        The table is not rewritten. Applications that read the value into a 32-bit variable must
        be changed first.\
        """,
        new Finding(
            "SequenceExhaustion",
            Severity.CRITICAL,
            Target.table("shop", "public", "orders_id_seq"),
            "",
            Map.of(SEQUENCE_TYPE, "integer")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var type = finding.evidence().get(SEQUENCE_TYPE);
    if (!("integer".equals(type) || "smallint".equals(type))) {
      return Optional.empty();
    }
    var target = finding.target();
    var alter = "ALTER SEQUENCE " + Identifiers.quote(target.schema(), target.relation()) + " AS ";
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new IdempotentStep(alter + "bigint")),
            // Postgres refuses this once the sequence is beyond the old type's range.
            List.of(new IdempotentStep(alter + type)),
            Risk.MEDIUM,
            Optional.empty(),
            0,
            false));
  }
}
