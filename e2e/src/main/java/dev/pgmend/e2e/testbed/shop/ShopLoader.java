// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Fills an empty database with TPC-H, parcels in transit, a backlog of events, and tickets. */
public final class ShopLoader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SHIPMENTS = 20_000;
  private static final int TICKETS = 120_000;

  /** Number of events in the backlog at scale 1. */
  private static final int EVENTS = 800_000;

  private static final int FEWEST_EVENTS = 20_000;

  private final Connection connection;
  private final double scale;
  private final long seed;
  private final Consumer<String> progress;

  /**
   * @param scale TPC-H's scale factor: 1 is 8.7 million rows
   * @param progress receives a short description of each step
   */
  public ShopLoader(Connection connection, double scale, long seed, Consumer<String> progress) {
    this.connection = connection;
    this.scale = scale;
    this.seed = seed;
    this.progress = progress;
  }

  /** Loads the tables, keys, indexes and statistics, and returns the number of rows. */
  public long load() throws SQLException {
    run(script("tables.sql"));
    long rows = 0;
    for (var table : TpchTable.getTables()) {
      rows += copy(table);
    }
    progress.accept("shipments, outbox and tickets");
    rows += update(Season.insert(SHIPMENTS, false, seed));
    rows += update(backlog());
    rows += update(Tickets.insert(TICKETS, seed));
    progress.accept("keys and indexes");
    run(script("keys.sql"));
    progress.accept("statistics");
    // Otherwise the copied rows would be reported after ANALYZE and count as changes since then.
    run("SELECT pg_stat_force_next_flush()");
    run("VACUUM (ANALYZE)");
    return rows;
  }

  private <E extends TpchEntity> long copy(TpchTable<E> table) throws SQLException {
    var columns =
        table.getColumns().stream().map(TpchColumn::getColumnName).collect(Collectors.joining(","));
    progress.accept(table.getTableName());
    var copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY %s (%s) FROM STDIN (DELIMITER '|')".formatted(table.getTableName(), columns));
    try {
      var lines = new StringBuilder(2 * BUFFER_BYTES);
      for (var row : table.createGenerator(scale, 1, 1)) {
        var line = row.toLine();
        // Each line ends with a delimiter, which COPY would read as another column.
        lines.append(line, 0, line.length() - 1).append('\n');
        if (lines.length() >= BUFFER_BYTES) {
          send(copy, lines);
        }
      }
      send(copy, lines);
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void send(CopyIn copy, StringBuilder lines) throws SQLException {
    var bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    lines.setLength(0);
  }

  private String backlog() {
    var events = Math.max(FEWEST_EVENTS, Math.round(EVENTS * scale));
    return """
    INSERT INTO outbox (topic, state, created_at)
    SELECT (ARRAY['order.placed', 'order.paid', 'parcel.sent'])[1 + i %% 3], 'pending',
           now() - make_interval(secs => %1$d - i)
      FROM generate_series(1, %1$d) i
    """
        .formatted(events);
  }

  private void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long update(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  private static String script(String name) {
    try (var stream = ShopLoader.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing in the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
