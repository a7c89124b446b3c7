package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.setting.ProposedSetting;
import dev.pgmend.healing.detect.setting.SettingDrift;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.Optional;

/**
 * Takes back what ALTER SYSTEM left behind, where the configuration file beneath it already says
 * what is wanted: the setting is again where its owner keeps it.
 */
@AutoService(Repair.class)
public final class ResetParameter implements Repair {
  public static final String TYPE = "ResetParameter";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    var left = finding.evidence().get(ProposedSetting.REPLACED);
    if (!finding.detector().equals(SettingDrift.NAME)
        || !finding.evidence().containsKey(SettingDrift.HIDDEN)
        || left == null) {
      return Optional.empty();
    }
    var reset =
        SetParameter.ALTER_SYSTEM + " RESET " + Identifiers.quoteSetting(target.parameter());
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            SetParameter.withReload("", reset),
            SetParameter.withReload(
                "", SetParameter.set(SetParameter.ALTER_SYSTEM, target.parameter(), left)),
            Risk.MEDIUM,
            Optional.empty(),
            0,
            false));
  }
}
