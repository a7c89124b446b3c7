// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Rows whose texts may hold bytes that are no UTF-8: a database in SQL_ASCII sends what it was
 * given, and pg_stat_statements and pg_stat_activity show statements of databases in other
 * encodings. The driver refuses the whole row; here each wrong byte becomes U+FFFD, and one bad
 * statement does not hide the others.
 */
final class LenientRows {
  private LenientRows() {}

  static ResultSet of(ResultSet rows) {
    return (ResultSet)
        Proxy.newProxyInstance(
            ResultSet.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            (_, method, arguments) -> {
              try {
                return method.invoke(rows, arguments);
              } catch (InvocationTargetException e) {
                if (method.getName().equals("getString")
                    && arguments[0] instanceof Integer column
                    && e.getCause() instanceof SQLException) {
                  return text(rows, column, (SQLException) e.getCause());
                }
                throw e.getCause();
              }
            });
  }

  private static String text(ResultSet rows, int column, SQLException refusal) throws SQLException {
    var bytes = rows.getBytes(column);
    if (bytes == null) {
      throw refusal;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
