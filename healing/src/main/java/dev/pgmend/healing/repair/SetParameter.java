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

/**
 * Sets a setting of the server, or of one database, to the value that a finding proposes; the undo
 * restores what was set there before, a value or nothing. Only what takes effect without a restart
 * may be proposed.
 */
@AutoService(Repair.class)
public final class SetParameter implements Repair {
  public static final String TYPE = "SetParameter";

  /** Argument: the value to set, as it goes into SQL between quotes. */
  public static final String VALUE = "proposedValue";

  /**
   * Argument: the value that postgresql.auto.conf, or the database's own settings, hold now; absent
   * if they hold none.
   */
  public static final String REPLACED = "replacedValue";

  /** Argument: how much more disk the server may take with the value; absent if none. */
  public static final String DISK_BYTES = "diskBytes";

  /**
   * Argument: the schema of pgvector, unquoted, for a setting that only a session which loaded the
   * extension knows; absent for every other setting.
   */
  public static final String VECTOR_SCHEMA = "extensionSchema";

  static final String ALTER_SYSTEM = "ALTER SYSTEM";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Sets a setting of the server with ALTER SYSTEM, or of one database with ALTER DATABASE.
        Only settings that take effect without a restart are set.\
        """,
        """
        None that sessions wait for. A server setting takes effect with a reload, a database
        setting in new sessions.\
        """,
        """
        Restores the value that stood in the same place before, or resets the setting if there
        was none.\
        """,
        """
        A larger memory setting can exhaust the machine's memory; proposals are bounded by
        `spec.machine` and by the bounds of the policy. A larger `max_wal_size` needs disk
        space, which the guard DiskHeadroom checks.\
        """,
        new Finding(
            "CheckpointPressure",
            Severity.WARNING,
            Target.parameter("max_wal_size"),
            "",
            Map.of(VALUE, "4096MB", DISK_BYTES, "3221225472")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    var proposed = finding.evidence().get(VALUE);
    if (target.parameter().isEmpty() || proposed == null) {
      return Optional.empty();
    }
    var command =
        target.database().isEmpty()
            ? ALTER_SYSTEM
            : "ALTER DATABASE " + Identifiers.quote(target.database());
    var replaced = Optional.ofNullable(finding.evidence().get(REPLACED));
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
            finding.evidenceLong(DISK_BYTES),
            false));
  }

  /**
   * A role that is no superuser may set an extension's setting only in a session that has loaded
   * the extension, which any call of it does.
   */
  private static String known(Finding finding) {
    var schema = finding.evidence().get(VECTOR_SCHEMA);
    return schema != null
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
