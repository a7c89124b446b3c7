// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import io.trino.tpcds.column.Column;
import io.trino.tpcds.column.ColumnType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Fills a database with the tables of TPC-DS that its sales queries read, except those whose size
 * does not depend on the scale.
 */
final class TpcdsLoader {
  /** The columns that are joined, as {@code table.column=table.column}. */
  static final List<String> JOINS =
      List.of(
          "store_sales.ss_item_sk=item.i_item_sk",
          "store_sales.ss_sold_date_sk=date_dim.d_date_sk",
          "store_sales.ss_customer_sk=customer.c_customer_sk",
          "store_sales.ss_store_sk=store.s_store_sk",
          "store_sales.ss_hdemo_sk=household_demographics.hd_demo_sk",
          "store_sales.ss_promo_sk=promotion.p_promo_sk",
          "store_sales.ss_addr_sk=customer_address.ca_address_sk",
          "store_returns.sr_item_sk=item.i_item_sk",
          "store_returns.sr_returned_date_sk=date_dim.d_date_sk",
          "store_returns.sr_ticket_number=store_sales.ss_ticket_number",
          "catalog_sales.cs_item_sk=item.i_item_sk",
          "catalog_sales.cs_sold_date_sk=date_dim.d_date_sk",
          "catalog_sales.cs_bill_customer_sk=customer.c_customer_sk",
          "catalog_sales.cs_warehouse_sk=warehouse.w_warehouse_sk",
          "web_sales.ws_item_sk=item.i_item_sk",
          "web_sales.ws_sold_date_sk=date_dim.d_date_sk",
          "web_sales.ws_bill_customer_sk=customer.c_customer_sk",
          "customer.c_current_addr_sk=customer_address.ca_address_sk",
          "customer.c_current_hdemo_sk=household_demographics.hd_demo_sk");

  private static final List<Table> TABLES =
      List.of(
          Table.STORE_SALES,
          Table.STORE_RETURNS,
          Table.CATALOG_SALES,
          Table.WEB_SALES,
          Table.ITEM,
          Table.DATE_DIM,
          Table.CUSTOMER,
          Table.CUSTOMER_ADDRESS,
          Table.HOUSEHOLD_DEMOGRAPHICS,
          Table.STORE,
          Table.PROMOTION,
          Table.WAREHOUSE);

  private static final int BUFFER_CHARACTERS = 1 << 16;

  private final Connection connection;
  private final Session session;

  TpcdsLoader(Connection connection, double scale) {
    this.connection = connection;
    session = Session.getDefaultSession().withScale(scale);
  }

  void load() throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var table : TABLES) {
        var columns =
            Arrays.stream(table.getColumns())
                .map(column -> column.getName() + " " + type(column))
                .collect(Collectors.joining(", "));
        statement.execute("CREATE TABLE %s (%s)".formatted(table.getName(), columns));
        copy(table);
      }
      statement.execute("VACUUM (ANALYZE)");
    }
  }

  private static String type(Column column) {
    ColumnType type = column.getType();
    return switch (type.getBase()) {
      case INTEGER, IDENTIFIER -> "bigint";
      case DATE -> "date";
      case DECIMAL -> "numeric";
      case VARCHAR, CHAR -> "text";
      case TIME -> "time";
    };
  }

  private void copy(Table table) throws SQLException {
    var copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + table.getName() + " FROM STDIN");
    try {
      var lines = new StringBuilder(2 * BUFFER_CHARACTERS);
      for (var rows : Results.constructResults(table, session.withTable(table))) {
        lines.append(line(rows.getFirst())).append('\n');
        if (lines.length() >= BUFFER_CHARACTERS) {
          send(copy, lines);
        }
      }
      send(copy, lines);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** The generator uses null for SQL's NULL. */
  private static String line(List<String> row) {
    return row.stream()
        .map(value -> value == null ? "\\N" : value.replace("\\", "\\\\").replace("\t", " "))
        .collect(Collectors.joining("\t"));
  }

  private static void send(CopyIn copy, StringBuilder lines) throws SQLException {
    var bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    lines.setLength(0);
  }
}
