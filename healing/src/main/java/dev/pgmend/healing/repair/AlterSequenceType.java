package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.table.SequenceExhaustion;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Optional;

/** Widens a sequence whose column has room for more. */
@AutoService(Repair.class)
public final class AlterSequenceType implements Repair {
  public static final String TYPE = "AlterSequenceType";

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
    var type = finding.evidence().get(SequenceExhaustion.SEQUENCE_TYPE);
    if (!finding.detector().equals(SequenceExhaustion.NAME)
        || !("integer".equals(type) || "smallint".equals(type))
        || !Boolean.parseBoolean(finding.evidence().get(SequenceExhaustion.SEQUENCE_ONLY))) {
      return Optional.empty();
    }
    var target = finding.target();
    var alter = "ALTER SEQUENCE " + Identifiers.quote(target.schema(), target.relation()) + " AS ";
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new IdempotentStep(alter + "bigint")),
            // Refused once a value is out that the narrow type does not hold, and rightly so.
            List.of(new IdempotentStep(alter + type)),
            Risk.MEDIUM,
            Optional.empty(),
            0,
            false));
  }
}
