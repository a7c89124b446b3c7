// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.Map;
import java.util.Optional;

/**
 * Removes a value that ALTER SYSTEM set, if the configuration file already has the wanted one: the
 * setting is again where its owner keeps it.
 */
@AutoService(Repair.class)
public final class ResetParameter implements Repair {
  public static final String TYPE = "ResetParameter";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Removes a value that ALTER SYSTEM set and that hides the right value in the
        configuration file. The setting is then again where its owner keeps it.\
        """,
        "None. The server reloads its configuration.",
        "Sets the removed value again with ALTER SYSTEM, and reloads.",
        """
        The value of the configuration file takes effect at once in all sessions.\
        """,
        new Finding(
            "SettingDrift",
            Severity.WARNING,
            Target.parameter("work_mem"),
            "",
            Map.of(SetParameter.REPLACED, "64MB")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    var left = finding.evidence().get(SetParameter.REPLACED);
    if (target.parameter().isEmpty() || left == null) {
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
