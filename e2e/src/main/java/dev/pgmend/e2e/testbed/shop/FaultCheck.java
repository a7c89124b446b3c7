// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import java.sql.Connection;
import java.sql.SQLException;

/** Checks in the catalog whether a fault is gone, independently of the operator. */
public final class FaultCheck {
  private static final long SMALL_INDEX_BYTES = 5 << 20;

  private FaultCheck() {}

  public static boolean isGone(Connection connection, ShopFault fault) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql(fault))) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static String sql(ShopFault fault) {
    return switch (fault) {
      case BLOATED_INDEX ->
          "SELECT pg_relation_size('shipments_depot_tracking_idx') < " + SMALL_INDEX_BYTES;
      case INVALID_INDEX ->
          """
          SELECT indisvalid AND indisready FROM pg_index
           WHERE indexrelid = 'customer_phone_idx'::regclass
          """;
      case MISSING_FOREIGN_KEY_INDEX ->
          """
          SELECT EXISTS (SELECT 1 FROM pg_index i
                           JOIN pg_attribute a ON a.attrelid = i.indrelid
                                              AND a.attnum = i.indkey[0]
                          WHERE i.indrelid = 'lineitem'::regclass
                            AND a.attname = 'l_orderkey' AND i.indisvalid)
          """;
      case STALE_STATISTICS ->
          """
          SELECT n_mod_since_analyze < 0.1 * n_live_tup FROM pg_stat_user_tables
           WHERE relid = 'outbox'::regclass
          """;
      case SLOW_STATEMENT ->
          """
          SELECT EXISTS (SELECT 1 FROM pg_index
                          WHERE indrelid = 'tickets'::regclass AND indisvalid AND indpred IS NULL
                            AND pg_get_indexdef(indexrelid, 1, true) = 'agent'
                            AND pg_get_indexdef(indexrelid, 2, true) = 'opened_at')
          """;
    };
  }
}
