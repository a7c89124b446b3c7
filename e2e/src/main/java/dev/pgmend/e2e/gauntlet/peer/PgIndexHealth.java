// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import com.google.auto.service.AutoService;
import io.github.mfvanek.pg.connection.PgConnectionImpl;
import io.github.mfvanek.pg.core.checks.common.DatabaseCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.DuplicatedIndexesCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.ForeignKeysNotCoveredWithIndexCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.IndexesWithBloatCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.InvalidIndexesCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.SequenceOverflowCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.TablesWithBloatCheckOnHost;
import io.github.mfvanek.pg.core.checks.host.UnusedIndexesCheckOnHost;
import io.github.mfvanek.pg.model.column.ColumnNameAware;
import io.github.mfvanek.pg.model.constraint.ForeignKey;
import io.github.mfvanek.pg.model.dbobject.DbObject;
import io.github.mfvanek.pg.model.index.DuplicatedIndexes;
import io.github.mfvanek.pg.model.index.Index;
import io.github.mfvanek.pg.model.index.IndexWithBloat;
import io.github.mfvanek.pg.model.index.UnusedIndex;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The library itself, with the defaults of its checks, on connections like the session's. */
@AutoService(Peer.class)
public final class PgIndexHealth implements Peer {
  private static final String SCHEMA = "public.";

  @Override
  public String name() {
    return "pg-index-health";
  }

  @Override
  public String source() {
    return "io.github.mfvanek:pg-index-health-core 0.30.0, the library itself";
  }

  @Override
  public Answer answer(PeerSession session, Question question) {
    var source = session.dataSource();
    var connection = PgConnectionImpl.ofUrl(source, source.getUrl());
    return switch (question.fault()) {
      case "IndexBloat" -> check(new IndexesWithBloatCheckOnHost(connection), question);
      case "TableBloat" -> check(new TablesWithBloatCheckOnHost(connection), question);
      case "DuplicateIndex" -> check(new DuplicatedIndexesCheckOnHost(connection), question);
      case "InvalidIndex" -> check(new InvalidIndexesCheckOnHost(connection), question);
      case "UnusedIndex" -> check(new UnusedIndexesCheckOnHost(connection), question);
      case "SequenceExhaustion" -> check(new SequenceOverflowCheckOnHost(connection), question);
      case "MissingForeignKeyIndex" ->
          check(new ForeignKeysNotCoveredWithIndexCheckOnHost(connection), question);
      default -> Answer.NO_RULE;
    };
  }

  private static Answer check(DatabaseCheckOnHost<?> check, Question question) {
    var objects = check.check().stream().flatMap(PgIndexHealth::names).toList();
    return question.among(objects, Answer.FOUND);
  }

  /** Names as pgmend prints its targets. The checks read the schema public and omit its name. */
  private static Stream<String> names(DbObject object) {
    return switch (object) {
      case DuplicatedIndexes indexes -> indexes.getIndexes().stream().flatMap(PgIndexHealth::names);
      case ForeignKey key -> Stream.of(in(key.getTableName(), columns(key)));
      case Index index -> Stream.of(in(index.getTableName(), index.getIndexName()));
      case IndexWithBloat index -> Stream.of(in(index.getTableName(), index.getIndexName()));
      case UnusedIndex index -> Stream.of(in(index.getTableName(), index.getIndexName()));
      default -> Stream.of(SCHEMA + object.getName());
    };
  }

  private static String columns(ForeignKey key) {
    return key.getColumns().stream()
        .map(ColumnNameAware::getColumnName)
        .collect(Collectors.joining(", "));
  }

  private static String in(String table, String part) {
    return "%s%s(%s)".formatted(SCHEMA, table, part);
  }
}
