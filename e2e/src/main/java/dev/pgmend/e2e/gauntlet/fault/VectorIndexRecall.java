// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An ivfflat index with many lists, of which a search reads only one. */
@AutoService(Fault.class)
public final class VectorIndexRecall implements Fault {
  private static final int NEAREST = 10;
  private static final int SEARCHES = 50;

  /** Lower than the detector's limit, because its sample differs. */
  private static final double ENOUGH = 0.93;

  @Override
  public String detector() {
    return "VectorIndexRecall";
  }

  @Override
  public String target() {
    return "ivfflat.probes";
  }

  @Override
  public Optional<String> impossible(TargetServer server) throws SQLException {
    return server.isTrue(
            "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')")
        ? Optional.empty()
        : Optional.of("pgvector is not installed: see --extensions");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.runAsSuperuser("CREATE EXTENSION vector");
    server.run(
        "CREATE TABLE g_documents (id int PRIMARY KEY, place vector(16))",
        """
        INSERT INTO g_documents
        SELECT i, (SELECT array_agg(random()) FROM generate_series(1, 16) WHERE i > 0)::vector
          FROM generate_series(1, 5000) i
        """,
        "ANALYZE g_documents");
  }

  @Override
  public List<String> traffic() {
    return List.of(
        """
        SELECT id FROM g_documents
         ORDER BY place <-> (SELECT place FROM g_documents WHERE id = 17) LIMIT 10
        """);
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run(
        "CREATE INDEX g_documents_place ON g_documents"
            + " USING ivfflat (place vector_l2_ops) WITH (lists = 50)");
  }

  /** Checks the recall in a new session. */
  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    var found = 0;
    try (var connection = server.connect()) {
      for (int id = 100; id <= 100 * SEARCHES; id += 100) {
        TargetServer.execute(connection, "SET enable_indexscan = off; SET enable_seqscan = on");
        var exact = nearest(connection, id);
        TargetServer.execute(connection, "SET enable_indexscan = on; SET enable_seqscan = off");
        exact.retainAll(nearest(connection, id));
        found += exact.size();
      }
    }
    return found >= ENOUGH * NEAREST * SEARCHES;
  }

  private static Set<Integer> nearest(Connection connection, int id) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT id FROM g_documents
                 ORDER BY place <-> (SELECT place FROM g_documents WHERE id = %d) LIMIT %d
                """
                    .formatted(id, NEAREST))) {
      var ids = new HashSet<Integer>();
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
      return ids;
    }
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_documents");
    server.runAsSuperuser("DROP EXTENSION IF EXISTS vector");
  }
}
