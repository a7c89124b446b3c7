// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import com.google.auto.service.AutoService;
import java.sql.SQLException;

/**
 * Its index advisor reads the statistics of predicates that the extension collects in the executor,
 * so the extension must be installed. It proposes an index if predicates discard 1,000 rows and 30%
 * on average.
 */
@AutoService(Peer.class)
public final class PgQualstats implements Peer {
  private static final String SCHEMA =
      """
      SELECT quote_ident(n.nspname)
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = 'pg_qualstats'
      """;

  /**
   * The columns of {@code CREATE INDEX ON schema.table USING btree (column, ...)}, which is a text
   * before version 2.1 and a field of an object since.
   */
  private static final String ADVISED =
      """
      SELECT regexp_replace(ddl, '^CREATE INDEX ON (.*) USING \\w+ \\((.*)\\)$', '\\1(\\2)')
        FROM json_array_elements(%s.pg_qualstats_index_advisor() -> 'indexes') i,
             LATERAL (SELECT CASE json_typeof(i) WHEN 'string' THEN i #>> '{}' ELSE i ->> 'ddl' END
                        AS ddl) d
      """;

  @Override
  public String name() {
    return "pg_qualstats";
  }

  @Override
  public String source() {
    return "powa-team/pg_qualstats 2.1.4, pg_qualstats_index_advisor at ef98c7e";
  }

  @Override
  public Answer answer(PeerSession session, Question question) throws SQLException {
    if (!question.fault().equals("MissingForeignKeyIndex")) {
      return Answer.NO_RULE;
    }
    var schema = session.texts(SCHEMA);
    return schema.isEmpty()
        ? Answer.NOT_INSTALLED
        : question.among(session.texts(ADVISED.formatted(schema.getFirst())), Answer.FOUND);
  }
}
