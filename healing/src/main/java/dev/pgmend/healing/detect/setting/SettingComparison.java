// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.ResetParameter;
import dev.pgmend.healing.repair.SetParameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares the server's settings with what a policy pins, with the configuration files and with
 * what roles and databases override.
 */
record SettingComparison(
    Map<String, Setting> settings,
    SettingFiles files,
    List<SettingOverride> overrides,
    Map<String, String> pinned) {
  /** These belong to ALTER SYSTEM's file: pg_basebackup writes them there. They hold secrets. */
  private static final Pattern OF_STANDBYS =
      Pattern.compile(
          "primary_(conninfo|slot_name)|restore_command|archive_cleanup_command|recovery_.*");

  private static final Pattern MAY_HOLD_SECRET =
      Pattern.compile(
          "conninfo|command|passphrase|passw|secret|token|credential|api_?key",
          Pattern.CASE_INSENSITIVE);

  private static final Set<String> WITHOUT_VALUE = Set.of("place", "filePlace", "holder");

  List<Finding> findings(String user) {
    // The first finding about a setting is the most important one.
    var byTarget = new LinkedHashMap<Target, Finding>();
    var all = new ArrayList<Finding>();
    pinned.forEach((name, value) -> pin(name, value).ifPresent(all::add));
    overrides.forEach(override -> override(override).ifPresent(all::add));
    files.lines().forEach(line -> badLine(line).ifPresent(all::add));
    settings.values().forEach(setting -> waiting(setting).ifPresent(all::add));
    settings.values().forEach(setting -> leftBehind(setting).ifPresent(all::add));
    missingRight(user).ifPresent(all::add);
    all.forEach(finding -> byTarget.putIfAbsent(finding.target(), finding));
    return byTarget.values().stream().map(SettingComparison::withoutSecret).toList();
  }

  /**
   * A command line or a connection string often holds a password or a key, and who reads findings
   * is not who may read the server's files. Such a value is neither shown nor changed, since an
   * undo would have to hold it too.
   */
  private static Finding withoutSecret(Finding finding) {
    var name = finding.target().parameter();
    if (!MAY_HOLD_SECRET.matcher(name).find()) {
      return finding;
    }
    var evidence = new LinkedHashMap<>(finding.evidence());
    evidence.keySet().retainAll(WITHOUT_VALUE);
    var place = evidence.containsKey("place") ? " (%s)".formatted(evidence.get("place")) : "";
    return finding(
        finding.severity(),
        finding.target(),
        finding.evidence().containsKey("pinnedValue")
            ? "%s%s does not have the pinned value. It can hold a secret: its value is not shown, and you change it yourself"
                .formatted(name, place)
            : "%s%s is not what the configuration files say, or waits for a restart. It can hold a secret: its value is not shown"
                .formatted(name, place),
        evidence);
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
              "%s is pinned to %s, which the server does not accept: %s"
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
    String fix;
    Optional<String> repair = Optional.empty();
    if (setting.isFixed()) {
      fix = "it was fixed when the server was built or its data directory made";
    } else if (setting.isOnCommandLine()) {
      fix = "the command line overrides every file: change it where the server is started";
    } else if (setting.takesRestart()) {
      fix = "changing it takes a restart";
    } else if (byAlterSystem.isPresent()
        && hidden.filter(line -> setting.means(line.value(), pin)).isPresent()) {
      evidence.put("hiddenValue", hidden.get().value());
      evidence.put(SetParameter.REPLACED, byAlterSystem.get());
      repair = Optional.of(ResetParameter.TYPE);
      fix = "it is hidden in %s".formatted(hidden.get().place());
    } else {
      evidence.put(SetParameter.VALUE, pin);
      repair = Optional.of(SetParameter.TYPE);
      byAlterSystem.ifPresent(old -> evidence.put(SetParameter.REPLACED, old));
      fix = "a reload is enough to change it";
    }
    var finding =
        finding(
            Severity.WARNING,
            Target.parameter(setting.name()),
            "%s is %s by %s, and pinned to %s; %s"
                .formatted(setting.name(), value, place, pin, fix),
            evidence);
    return repair.map(finding::fixedBy).orElse(finding);
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
    // A parameter of an extension or an application may hold a secret.
    if (override.name().contains(".") || !isInFiles(setting)) {
      return Optional.empty();
    }
    return Optional.of(
        finding(
            Severity.INFO,
            override.target(),
            "%s is %s for %s and overrides the server's configuration files"
                .formatted(override.name(), override.value(), override.holder()),
            Map.of("value", override.value(), "holder", override.holder())));
  }

  private static Finding overridesPin(SettingOverride override, String pin) {
    var evidence = new LinkedHashMap<String, String>();
    evidence.put("value", override.value());
    evidence.put("pinnedValue", pin);
    evidence.put("holder", override.holder());
    if (override.isOfDatabaseAlone()) {
      evidence.put(SetParameter.VALUE, pin);
      evidence.put(SetParameter.REPLACED, override.value());
    }
    return finding(
            Severity.WARNING,
            override.target(),
            "%s is %s for %s, and pinned to %s; %s resets it"
                .formatted(
                    override.name(), override.value(), override.holder(), pin, override.reset()),
            evidence)
        .fixedBy(SetParameter.TYPE, override.isOfDatabaseAlone());
  }

  private Optional<Finding> badLine(SettingFiles.Line line) {
    var setting = settings.get(line.name());
    // A setting that only waits for a restart has the same error as a wrong one.
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
            "the server does not accept %s of %s: %s; it might not start again with it"
                .formatted(what, line.place(), line.error()),
            Map.of("place", line.place(), "error", line.error())));
  }

  private Optional<Finding> waiting(Setting setting) {
    // The flag is also set where the command line overrules the file, and stays set where the
    // file went back to the value that is in force.
    var next = next(setting);
    if (!setting.pendingRestart()
        || setting.isOnCommandLine()
        || (files.readable() && setting.means(setting.value(), next.orElse(setting.bootValue())))) {
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
                    place.map(where -> "; then the value of %s holds".formatted(where)).orElse("")),
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
                            "; it hides %s, where the value is %s"
                                .formatted(line.place(), line.value()))
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
            "This role cannot read the configuration files: " + grant.formatted(role),
            Map.of("grant", grant.formatted(role))));
  }

  /** The value of the server, even if this session has its own value. */
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
    return new Finding(SettingDrift.NAME, severity, target, summary, evidence);
  }
}
