// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Lines of the configuration files, in the order in which the server reads them: the last line for
 * a name wins.
 *
 * @param readable false if the role cannot read them; then there are no lines
 */
record SettingFiles(boolean readable, List<Line> lines) {
  /** The file that ALTER SYSTEM writes. */
  private static final String OF_ALTER_SYSTEM = "postgresql.auto.conf";

  private static final int MAX_LINES = 5_000;

  /**
   * @param name empty where the line could not be read so far
   * @param error empty if the server takes it
   */
  record Line(String file, int number, String name, String value, boolean applied, String error) {
    boolean isOfAlterSystem() {
      return SettingFiles.isOfAlterSystem(file);
    }

    String place() {
      return SettingFiles.place(file, number);
    }
  }

  SettingFiles {
    lines = List.copyOf(lines);
  }

  static SettingFiles read(Session session) throws SQLException {
    var readable =
        session.queryOne(
            """
            SELECT has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
                   AND has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
            """,
            row -> row.getBoolean(1));
    if (!readable) {
      return new SettingFiles(false, List.of());
    }
    return new SettingFiles(
        true,
        session.query(
            """
            SELECT sourcefile, coalesce(sourceline, 0), coalesce(name, ''), coalesce(setting, ''),
                   applied, coalesce(error, '')
              FROM pg_file_settings
             WHERE sourcefile IS NOT NULL
             ORDER BY seqno
             LIMIT ?
            """,
            row ->
                new Line(
                    row.getString(1),
                    row.getInt(2),
                    row.getString(3),
                    row.getString(4),
                    row.getBoolean(5),
                    row.getString(6)),
            MAX_LINES));
  }

  static boolean isOfAlterSystem(String file) {
    return file.endsWith("/" + OF_ALTER_SYSTEM) || file.equals(OF_ALTER_SYSTEM);
  }

  static String place(String file, int line) {
    return file + ", line " + line;
  }

  /** The line that wins. */
  Optional<Line> winner(String name) {
    return last(lines.stream().filter(line -> line.name().equals(name) && line.applied()).toList());
  }

  /** The line that would win after a restart. */
  Optional<Line> last(String name) {
    return last(lines.stream().filter(line -> line.name().equals(name)).toList());
  }

  /** The value that would apply without ALTER SYSTEM. */
  Optional<Line> beneathAlterSystem(String name) {
    return last(
        lines.stream()
            .filter(line -> line.name().equals(name) && !line.isOfAlterSystem())
            .filter(line -> line.error().isEmpty())
            .toList());
  }

  /** The value in ALTER SYSTEM's file, in force or not. */
  Optional<String> byAlterSystem(Setting setting) {
    return readable
        ? last(lines.stream()
                .filter(line -> line.name().equals(setting.name()) && line.isOfAlterSystem())
                .toList())
            .map(Line::value)
        : Optional.of(setting).filter(s -> isOfAlterSystem(s.sourceFile())).map(Setting::shown);
  }

  boolean mention(String name) {
    return lines.stream().anyMatch(line -> line.name().equals(name));
  }

  private static Optional<Line> last(List<Line> lines) {
    return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast());
  }
}
