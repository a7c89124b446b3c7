package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.index.VectorIndexRecall;
import dev.pgmend.healing.detect.setting.ProposedSetting;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Optional;

/**
 * Sets a setting of the server, or of one database, to the value that a finding proposes, and takes
 * it back to what was set there before: nothing, or another value. A finding proposes as {@link
 * ProposedSetting} says; only what takes effect without a restart may be proposed so.
 */
@AutoService(Repair.class)
public final class SetParameter implements Repair {
  public static final String TYPE = "SetParameter";

  static final String ALTER_SYSTEM = "ALTER SYSTEM";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    var proposed = finding.evidence().get(ProposedSetting.VALUE);
    if (target.parameter().isEmpty() || proposed == null) {
      return Optional.empty();
    }
    var command =
        target.database().isEmpty()
            ? ALTER_SYSTEM
            : "ALTER DATABASE " + Identifiers.quote(target.database());
    var replaced = Optional.ofNullable(finding.evidence().get(ProposedSetting.REPLACED));
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            withReload(
                target.database(), known(finding) + set(command, target.parameter(), proposed)),
            withReload(
                target.database(),
                known(finding)
                    + replaced
                        .map(value -> set(command, target.parameter(), value))
                        .orElse(
                            command + " RESET " + Identifiers.quoteSetting(target.parameter()))),
            Risk.MEDIUM,
            Optional.empty(),
            finding.evidenceLong(ProposedSetting.DISK_BYTES),
            false));
  }

  /**
   * Who is no superuser may set an extension's setting only in a session that has loaded it, as any
   * call of it does.
   */
  private static String known(Finding finding) {
    var schema = finding.evidence().get(VectorIndexRecall.EXTENSION_SCHEMA);
    return finding.detector().equals(VectorIndexRecall.NAME) && schema != null
        ? "SELECT %s('[1]'); ".formatted(Identifiers.quote(schema, "vector_norm"))
        : "";
  }

  /** A database's own settings hold for new sessions at once; the server's need a reload. */
  static List<Step> withReload(String database, String sql) {
    return database.isEmpty()
        ? List.of(new IdempotentStep(sql), IdempotentStep.RELOAD)
        : List.of(new IdempotentStep(sql));
  }

  static String set(String command, String parameter, String value) {
    return "%s SET %s = %s"
        .formatted(
            command,
            Identifiers.quoteSetting(parameter),
            Identifiers.settingValue(parameter, value));
  }
}
