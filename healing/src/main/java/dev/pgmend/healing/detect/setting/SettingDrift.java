package dev.pgmend.healing.detect.setting;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A setting that is not what its owner wrote down: another value than a policy pins, a value that
 * ALTER SYSTEM left behind and that hides the configuration file's, a line that the server does not
 * take, one that waits for a restart, or one that a role or a database overrides.
 *
 * <p>A policy pins by {@code SettingDrift.pinned.<setting>}. Only against a pin is anything worth a
 * warning, and where the server can't read a line: the rest may be as its owner wants it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-file-settings.html">
 *     pg_file_settings</a>
 * @see <a href="https://www.postgresql.org/docs/current/sql-altersystem.html">ALTER SYSTEM</a>
 */
@AutoService(Detector.class)
public final class SettingDrift implements Detector {
  public static final String NAME = "SettingDrift";

  /** Evidence: what the configuration file says, and holds again once ALTER SYSTEM is reset. */
  public static final String HIDDEN = "hiddenValue";

  /** Threshold: the value that a setting must have; its name follows. */
  public static final String PINNED = NAME + ".pinned.";

  private static final double MOST = 200;

  /** These belong to ALTER SYSTEM's file: pg_basebackup writes them there. They hold secrets. */
  private static final Pattern OF_STANDBYS =
      Pattern.compile(
          "primary_(conninfo|slot_name)|restore_command|archive_cleanup_command|recovery_.*");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var session = inspection.session();
    return new Look(
            Setting.read(session),
            SettingFiles.read(session),
            SettingOverride.read(session),
            inspection.thresholds().below(PINNED))
        .findings(session.spec().user()).stream()
            .limit((long) inspection.thresholds().number(NAME + ".maxFindings", MOST))
            .toList();
  }

  /** One look at everything there is to compare. */
  private record Look(
      Map<String, Setting> settings,
      SettingFiles files,
      List<SettingOverride> overrides,
      Map<String, String> pinned) {

    List<Finding> findings(String user) {
      // The first that is said of a setting is what matters most about it.
      var byTarget = new LinkedHashMap<Target, Finding>();
      var all = new ArrayList<Finding>();
      pinned.forEach((name, value) -> pin(name, value).ifPresent(all::add));
      overrides.forEach(override -> override(override).ifPresent(all::add));
      files.lines().forEach(line -> badLine(line).ifPresent(all::add));
      settings.values().forEach(setting -> waiting(setting).ifPresent(all::add));
      settings.values().forEach(setting -> leftBehind(setting).ifPresent(all::add));
      missingRight(user).ifPresent(all::add);
      all.forEach(finding -> byTarget.putIfAbsent(finding.target(), finding));
      return List.copyOf(byTarget.values());
    }

    private Optional<Finding> pin(String name, String pin) {
      var setting = settings.get(name);
      if (setting == null) {
        return Optional.of(
            finding(
                Severity.INFO,
                Target.parameter(name),
                "%s is pinned to %s, and this server has no such setting".formatted(name, pin),
                Map.of("pinnedValue", pin)));
      }
      var objection = setting.objection(pin);
      if (objection.isPresent()) {
        return Optional.of(
            finding(
                Severity.WARNING,
                Target.parameter(name),
                "%s is pinned to %s, which the server does not take: %s"
                    .formatted(name, pin, objection.get()),
                Map.of("pinnedValue", pin, "objection", objection.get())));
      }
      return serverValue(setting)
          .filter(value -> !setting.means(value, pin))
          .filter(_ -> !waitsFor(setting, pin))
          .map(value -> differs(setting, value, pin));
    }

    private Finding differs(Setting setting, String value, String pin) {
      var evidence = new LinkedHashMap<String, String>();
      evidence.put("value", value);
      evidence.put("pinnedValue", pin);
      var place = place(setting);
      evidence.put("place", place);
      var byAlterSystem = files.byAlterSystem(setting);
      var hidden = files.beneathAlterSystem(setting.name());
      String mend;
      if (setting.isFixed()) {
        mend = "it was fixed when the server was built or its data directory made";
      } else if (setting.isOnCommandLine()) {
        mend = "the command line overrules every file: whoever starts the server must change it";
      } else if (setting.takesRestart()) {
        mend = "changing it takes a restart";
      } else if (byAlterSystem.isPresent()
          && hidden.filter(line -> setting.means(line.value(), pin)).isPresent()) {
        evidence.put(HIDDEN, hidden.get().value());
        evidence.put(ProposedSetting.REPLACED, byAlterSystem.get());
        mend = "it is hidden in %s".formatted(hidden.get().place());
      } else {
        evidence.put(ProposedSetting.VALUE, pin);
        byAlterSystem.ifPresent(old -> evidence.put(ProposedSetting.REPLACED, old));
        mend = "a reload is enough to change it";
      }
      return finding(
          Severity.WARNING,
          Target.parameter(setting.name()),
          "%s is %s by %s, and pinned to %s; %s".formatted(setting.name(), value, place, pin, mend),
          evidence);
    }

    private Optional<Finding> override(SettingOverride override) {
      var setting = settings.get(override.name());
      var pin = pinned.get(override.name());
      if (setting == null || override.value().isEmpty()) {
        return Optional.empty();
      }
      if (pin != null) {
        return setting.means(override.value(), pin)
            ? Optional.empty()
            : Optional.of(overridesPin(override, pin));
      }
      // An extension's or an application's own may hold what is nobody's business.
      if (override.name().contains(".") || !isInFiles(setting)) {
        return Optional.empty();
      }
      return Optional.of(
          finding(
              Severity.INFO,
              override.target(),
              "%s is %s for %s, whatever the server's files say"
                  .formatted(override.name(), override.value(), override.holder()),
              Map.of("value", override.value(), "holder", override.holder())));
    }

    private static Finding overridesPin(SettingOverride override, String pin) {
      var evidence = new LinkedHashMap<String, String>();
      evidence.put("value", override.value());
      evidence.put("pinnedValue", pin);
      evidence.put("holder", override.holder());
      if (override.isOfDatabaseAlone()) {
        evidence.put(ProposedSetting.VALUE, pin);
        evidence.put(ProposedSetting.REPLACED, override.value());
      }
      return finding(
          Severity.WARNING,
          override.target(),
          "%s is %s for %s, and pinned to %s; %s takes it back"
              .formatted(
                  override.name(), override.value(), override.holder(), pin, override.reset()),
          evidence);
    }

    private Optional<Finding> badLine(SettingFiles.Line line) {
      var setting = settings.get(line.name());
      // What only waits for a restart has the same error as what is wrong.
      if (line.error().isEmpty()
          || (setting != null
              && setting.takesRestart()
              && setting.objection(line.value()).isEmpty())) {
        return Optional.empty();
      }
      var what = line.name().isEmpty() ? "a line" : line.name();
      return Optional.of(
          finding(
              Severity.WARNING,
              line.name().isEmpty()
                  ? Target.object("file", line.file())
                  : Target.parameter(line.name()),
              "%s of %s is not taken: %s; the server may not start again with it"
                  .formatted(what, line.place(), line.error()),
              Map.of("place", line.place(), "error", line.error())));
    }

    private Optional<Finding> waiting(Setting setting) {
      // The flag is also set where the command line overrules the file, and stays set where the
      // file went back to the value that is in force.
      var next = next(setting);
      if (!setting.pendingRestart()
          || setting.isOnCommandLine()
          || (files.readable()
              && setting.means(setting.value(), next.orElse(setting.bootValue())))) {
        return Optional.empty();
      }
      var evidence = new LinkedHashMap<String, String>();
      evidence.put("value", setting.shown());
      next.filter(_ -> !OF_STANDBYS.matcher(setting.name()).matches())
          .ifPresent(value -> evidence.put("nextValue", value));
      var place = files.last(setting.name()).map(SettingFiles.Line::place);
      place.ifPresent(where -> evidence.put("place", where));
      return Optional.of(
          finding(
              Severity.INFO,
              Target.parameter(setting.name()),
              "%s is %s until the server restarts%s"
                  .formatted(
                      setting.name(),
                      setting.shown(),
                      place.map(where -> "; then what %s says".formatted(where)).orElse("")),
              evidence));
    }

    private Optional<String> next(Setting setting) {
      return files.last(setting.name()).map(SettingFiles.Line::value);
    }

    private Optional<Finding> leftBehind(Setting setting) {
      if (!SettingFiles.isOfAlterSystem(setting.sourceFile())
          || pinned.containsKey(setting.name())
          || OF_STANDBYS.matcher(setting.name()).matches()) {
        return Optional.empty();
      }
      var evidence = new LinkedHashMap<String, String>();
      evidence.put("value", setting.shown());
      evidence.put("place", place(setting));
      var hidden = files.beneathAlterSystem(setting.name());
      hidden.ifPresent(line -> {
        evidence.put("fileValue", line.value());
        evidence.put("filePlace", line.place());
      });
      return Optional.of(
          finding(
              Severity.INFO,
              Target.parameter(setting.name()),
              "%s is %s by ALTER SYSTEM (%s)%s"
                  .formatted(
                      setting.name(),
                      setting.shown(),
                      place(setting),
                      hidden
                          .map(line ->
                              "; %s says %s and is not heard".formatted(line.place(), line.value()))
                          .orElse("")),
              evidence));
    }

    private Optional<Finding> missingRight(String user) {
      if (files.readable()) {
        return Optional.empty();
      }
      var role = Identifiers.quote(user);
      var grant =
          "GRANT pg_read_all_settings TO %1$s; GRANT SELECT ON pg_catalog.pg_file_settings TO %1$s;"
              + " GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings() TO %1$s";
      return Optional.of(
          finding(
              Severity.INFO,
              Target.object("right", "pg_file_settings"),
              "What the configuration files say can't be read: " + grant.formatted(role),
              Map.of("grant", grant.formatted(role))));
    }

    /** What the server is set to, also where this session has a value of its own. */
    private Optional<String> serverValue(Setting setting) {
      if (!setting.isOfTheSession()) {
        return Optional.of(setting.shown());
      }
      return files.readable()
          ? Optional.of(
              files
                  .winner(setting.name())
                  .map(SettingFiles.Line::value)
                  .orElseGet(setting::bootShown))
          : Optional.empty();
    }

    private boolean waitsFor(Setting setting, String pin) {
      return setting.pendingRestart()
          && next(setting).filter(value -> setting.means(value, pin)).isPresent();
    }

    private boolean isInFiles(Setting setting) {
      return setting.source().equals("configuration file") || files.mention(setting.name());
    }

    private String place(Setting setting) {
      if (!setting.sourceFile().isEmpty()) {
        return SettingFiles.place(setting.sourceFile(), setting.sourceLine());
      }
      return files
          .winner(setting.name())
          .map(SettingFiles.Line::place)
          .orElse(setting.isOfTheSession() ? "default" : setting.source());
    }

    private static Finding finding(
        Severity severity, Target target, String summary, Map<String, String> evidence) {
      return new Finding(NAME, severity, target, summary, evidence);
    }
  }
}
