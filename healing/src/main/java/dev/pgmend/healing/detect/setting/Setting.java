// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A setting as the server describes it: what it is, where that comes from, what it may be.
 *
 * @param value in the setting's own unit
 * @param unit empty if it has none
 * @param type bool, enum, integer, real or string
 * @param context when it can be changed
 * @param source as pg_settings names it
 * @param sourceFile empty if it comes from no file, or if the role cannot read it
 * @param min empty where there is none
 * @param allowed values of an enum
 */
record Setting(
    String name,
    String value,
    String unit,
    String type,
    String context,
    String source,
    String sourceFile,
    int sourceLine,
    boolean pendingRestart,
    String bootValue,
    String min,
    String max,
    List<String> allowed) {

  private static final String SQL =
      """
      SELECT name, setting, coalesce(unit, ''), vartype, context, source,
             coalesce(sourcefile, ''), coalesce(sourceline, 0), pending_restart,
             coalesce(boot_val, ''), coalesce(min_val, ''), coalesce(max_val, ''),
             coalesce(enumvals, '{}')
        FROM pg_settings
      """;

  /** A value of the session hides the value of the server. */
  private static final Set<String> OF_THE_SESSION =
      Set.of("client", "session", "database", "user", "database user", "override");

  private static final Set<String> TRUE = Set.of("on", "true", "yes", "1", "t", "y");
  private static final Set<String> FALSE = Set.of("off", "false", "no", "0", "f", "n", "of");

  Setting {
    allowed = List.copyOf(allowed);
  }

  /** All that this session can see, by name. */
  static Map<String, Setting> read(Session session) throws SQLException {
    var settings = new TreeMap<String, Setting>();
    session
        .query(
            SQL,
            row ->
                new Setting(
                    row.getString(1),
                    Optional.ofNullable(row.getString(2)).orElse(""),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7),
                    row.getInt(8),
                    row.getBoolean(9),
                    row.getString(10),
                    row.getString(11),
                    row.getString(12),
                    List.of((String[]) row.getArray(13).getArray())))
        .forEach(setting -> settings.put(setting.name(), setting));
    return settings;
  }

  /** As SHOW writes it. */
  String shown() {
    return shown(value);
  }

  private String shown(String text) {
    var number = isNumber() ? SettingNumber.parse(text, unit) : null;
    return number != null && number.isPresent()
        ? SettingNumber.format(number.getAsDouble(), unit)
        : text;
  }

  /** The server's built-in default, as SHOW writes it. */
  String bootShown() {
    return shown(bootValue);
  }

  /** Whether this session, its role or its database set it, whatever the server is set to. */
  boolean isOfTheSession() {
    return OF_THE_SESSION.contains(source);
  }

  boolean isOnCommandLine() {
    return source.equals("command line");
  }

  boolean isFixed() {
    return context.equals("internal");
  }

  boolean takesRestart() {
    return context.equals("postmaster");
  }

  /** The number in the setting's own unit; zero if it is none. */
  double number() {
    return SettingNumber.parse(value, unit).orElse(0);
  }

  long bytes() {
    return (long) (number() * SettingNumber.factor(unit));
  }

  /** Whether two ways of writing a value mean the same. */
  boolean means(String one, String other) {
    return canonical(one).equals(canonical(other));
  }

  /** Why the server would not take this value; empty if it would. */
  Optional<String> objection(String text) {
    return switch (type) {
      case "bool" ->
          canonical(text).equals("on") || canonical(text).equals("off")
              ? Optional.empty()
              : Optional.of("it is on or off");
      case "enum" ->
          allowed.stream().anyMatch(text.strip()::equalsIgnoreCase)
              ? Optional.empty()
              : Optional.of("it is one of " + String.join(", ", allowed));
      case "integer", "real" -> numberObjection(text);
      default -> Optional.empty();
    };
  }

  private Optional<String> numberObjection(String text) {
    var number = SettingNumber.parse(text, unit);
    if (number.isEmpty()) {
      return Optional.of("it is a number" + (unit.isEmpty() ? "" : " in " + unit));
    }
    var lowest = SettingNumber.parse(min, unit).orElse(Double.NEGATIVE_INFINITY);
    var highest = SettingNumber.parse(max, unit).orElse(Double.POSITIVE_INFINITY);
    return number.getAsDouble() < lowest || number.getAsDouble() > highest
        ? Optional.of("it lies between %s and %s".formatted(shown(min), shown(max)))
        : Optional.empty();
  }

  private boolean isNumber() {
    return type.equals("integer") || type.equals("real");
  }

  private String canonical(String text) {
    var stripped = text.strip();
    var lower = stripped.toLowerCase(Locale.ROOT);
    return switch (type) {
      case "bool" -> TRUE.contains(lower) ? "on" : FALSE.contains(lower) ? "off" : lower;
      case "enum" -> lower;
      case "integer" -> {
        var number = SettingNumber.parse(stripped, unit);
        yield number.isPresent() ? Double.toString(Math.rint(number.getAsDouble())) : stripped;
      }
      case "real" -> {
        var number = SettingNumber.parse(stripped, unit);
        yield number.isPresent() ? Double.toString(number.getAsDouble()) : stripped;
      }
      default -> stripped;
    };
  }
}
