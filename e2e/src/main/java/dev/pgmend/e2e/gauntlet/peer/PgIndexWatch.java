// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import com.google.auto.service.AutoService;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rebuilds an index of at least 10 MB when it has twice as many bytes per tuple as at its best. An
 * index without a known best value is rebuilt at once. Invalid indexes are only reported.
 */
@AutoService(Peer.class)
public final class PgIndexWatch implements Peer {
  private static final String MIN_SIZE = "10MB";
  private static final double SCALE_FACTOR = 2;

  /** Below this size the ratio is not meaningful. */
  private static final long RELIABLE_BYTES = 128 * 1024;

  /** Excludes indexes of exclusion constraints, BRIN, temporary tables and system catalogs. */
  private static final String INDEXES =
      """
      SELECT n.nspname || '.' || t.relname || '(' || c.relname || ')', c.oid,
             pg_relation_size(c.oid), greatest(c.reltuples, 1), i.indisvalid,
             pg_relation_size(c.oid) >= pg_size_bytes(?)
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        JOIN pg_am a ON a.oid = c.relam
       WHERE t.relkind IN ('r', 'm')
         AND n.nspname NOT IN ('pg_catalog', 'information_schema')
         AND a.amname <> 'brin' AND i.indislive AND t.relpersistence <> 't' AND NOT i.indisexclusion
      """;

  private record Index(
      String name, long oid, double bytesPerTuple, long bytes, boolean valid, boolean largeEnough) {

    boolean isBloated(Map<Long, Double> best) {
      var ratio = best.get(oid);
      return largeEnough && (ratio == null || bytesPerTuple >= SCALE_FACTOR * ratio);
    }
  }

  /** Keyed by the index's OID. */
  private final Map<Long, Double> best = new HashMap<>();

  @Override
  public String name() {
    return "pg_index_watch";
  }

  @Override
  public String source() {
    return "dataegret/pg_index_watch 1.09, index_watch_functions.sql at 699b2cb";
  }

  @Override
  public void see(PeerSession session) throws SQLException {
    for (var index : indexes(session, MIN_SIZE)) {
      if (index.bytes > RELIABLE_BYTES) {
        best.merge(index.oid, index.bytesPerTuple, Math::min);
      }
    }
  }

  @Override
  public Answer answer(PeerSession session, Question question) throws SQLException {
    var indexes = indexes(session, question.size("minSaving", MIN_SIZE));
    return switch (question.fault()) {
      case "IndexBloat" -> question.among(bloated(indexes), Answer.REPAIRED);
      case "InvalidIndex" -> {
        var rebuilt = question.among(bloated(indexes), Answer.REPAIRED);
        yield rebuilt == Answer.REPAIRED ? rebuilt : question.among(invalid(indexes), Answer.FOUND);
      }
      default -> Answer.NO_RULE;
    };
  }

  private List<String> bloated(List<Index> indexes) {
    return indexes.stream().filter(index -> index.isBloated(best)).map(Index::name).toList();
  }

  private static List<String> invalid(List<Index> indexes) {
    return indexes.stream().filter(index -> !index.valid).map(Index::name).toList();
  }

  private static List<Index> indexes(PeerSession session, String minSize) throws SQLException {
    return session.query(
        INDEXES,
        row ->
            new Index(
                row.getString(1),
                row.getLong(2),
                row.getLong(3) / row.getDouble(4),
                row.getLong(3),
                row.getBoolean(5),
                row.getBoolean(6)),
        minSize);
  }
}
