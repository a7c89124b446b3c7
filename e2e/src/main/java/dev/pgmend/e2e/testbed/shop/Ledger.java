// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The expected contents of the tables: their opening balance and every change that the server
 * acknowledged since. The clients keep it, independently of the database.
 */
public final class Ledger {
  private final Map<Book, Balance> expected = new EnumMap<>(Book.class);

  /** The expected and the actual contents of a table. */
  public record Comparison(Book book, Balance expected, Balance actual) {
    public boolean agrees() {
      return expected.equals(actual);
    }

    public long rowsLost() {
      return Math.max(0, expected.rows() - actual.rows());
    }
  }

  /**
   * Opens the ledger with the current contents of the tables. There must be no writes meanwhile.
   */
  public synchronized void open(Connection connection) throws SQLException {
    expected.putAll(read(connection));
  }

  /** Records the changes of a committed transaction. */
  public synchronized void enter(Collection<Entry> entries) {
    for (var entry : entries) {
      expected.merge(entry.book(), entry.change(), Balance::plus);
    }
  }

  /** Compares the tables with the ledger. There must be no writes meanwhile. */
  public synchronized List<Comparison> compare(Connection connection) throws SQLException {
    var comparisons = new ArrayList<Comparison>();
    read(connection)
        .forEach((book, actual) ->
            comparisons.add(
                new Comparison(book, expected.getOrDefault(book, Balance.ZERO), actual)));
    return comparisons;
  }

  private static Map<Book, Balance> read(Connection connection) throws SQLException {
    var balances = new EnumMap<Book, Balance>(Book.class);
    try (var statement = connection.createStatement()) {
      for (var book : Book.values()) {
        try (var rows = statement.executeQuery(book.sql())) {
          rows.next();
          balances.put(book, new Balance(rows.getLong(1), rows.getLong(2), rows.getLong(3)));
        }
      }
    }
    return balances;
  }
}
