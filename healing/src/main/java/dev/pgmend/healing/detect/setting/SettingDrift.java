// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.repair.ResetParameter;
import dev.pgmend.healing.repair.SetParameter;
import java.sql.SQLException;
import java.util.List;

/**
 * A setting that differs from what its owner wrote down: another value than a policy pins, a value
 * of ALTER SYSTEM that hides the configuration file's, a line that the server does not accept, one
 * that waits for a restart, or one that a role or a database overrides.
 *
 * <p>Only a difference from a pinned value and a line that the server cannot read are warnings:
 * everything else may be what the owner wants.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-file-settings.html">
 *     pg_file_settings</a>
 * @see <a href="https://www.postgresql.org/docs/current/sql-altersystem.html">ALTER SYSTEM</a>
 */
@AutoService(Detector.class)
public final class SettingDrift implements Detector {
  public static final String NAME = "SettingDrift";

  static final Threshold<Long> MAX_FINDINGS =
      Threshold.count(NAME, "maxFindings", 200, "At most this many settings are reported.");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A setting differs from its configured value. It was changed on the server, or a line
            of the configuration file does not take effect.
            """)
        .measurement(
            """
            `pg_settings`, `pg_file_settings` and the settings of roles and databases are
            compared with the values that a policy pins and with each other. It finds values
            that differ from a pin, values of ALTER SYSTEM that hide the configuration file,
            lines that the server does not accept, settings that wait for a restart, and roles
            or databases that override the server.
            """)
        .severity(
            """
            A warning for a difference from a pinned value and for a line that the server does
            not accept. Everything else is information.
            """)
        .thresholds(MAX_FINDINGS)
        .evidence("value", "text", "the value now")
        .evidence("pinnedValue", "text", "the value that the policy pins")
        .evidence("place", "text", "file and line, or source, of the value")
        .evidence("objection", "text", "why the server does not accept the pinned value")
        .evidence(
            "hiddenValue", "text", "the value of the configuration file that ALTER SYSTEM hides")
        .evidence("fileValue", "text", "the same, for a setting that is not pinned")
        .evidence("filePlace", "text", "file and line of that value")
        .evidence("nextValue", "text", "the value after a restart")
        .evidence("holder", "text", "role or database that overrides the setting")
        .evidence("error", "text", "the server's message about a line")
        .evidence("grant", "SQL", "what to run so that pgmend can read the files")
        .evidence(ProposedSetting.EVIDENCE)
        .repairs(ResetParameter.TYPE, SetParameter.TYPE)
        .remedy(
            """
            If the configuration file already has the pinned value, what hides it is reset.
            Otherwise the pinned value is set. What needs a restart, or is set on the command
            line, must be changed where the server is started.
            """)
        .reproduction(
            """
            SELECT name, setting, applied, error, sourcefile, sourceline FROM pg_file_settings ORDER BY seqno;
            SELECT name, setting, source, sourcefile FROM pg_settings WHERE source NOT IN ('default', 'override');
            """)
        .limits(
            """
            Without `pg_read_all_settings` and access to `pg_file_settings` the files cannot be
            read; that is reported. Who changed a setting is not known to Postgres.
            """)
        .build();
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var session = inspection.session();
    return new SettingComparison(
            Setting.read(session),
            SettingFiles.read(session),
            SettingOverride.read(session),
            inspection.options().settings().pinned())
        .findings(session.spec().user()).stream()
            .limit(inspection.thresholds().get(MAX_FINDINGS))
            .toList();
  }
}
