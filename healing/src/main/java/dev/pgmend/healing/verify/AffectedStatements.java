// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Separates statements that touch a relation, itself, through a view or as a partition, from those
 * that do not, by the words of their text. That errs on the side of touching: a column of the
 * relation's name counts.
 */
final class AffectedStatements {
  private static final int QUERY_CHARACTERS = 200;
  private static final Pattern WORD =
      Pattern.compile("\"(?:[^\"]++|\"\")++\"|[\\p{L}_][\\p{L}\\p{N}_$]*+");

  /** Texts of commands that are not work on data: they belong to neither side. */
  private static final Pattern NOT_WORK =
      Pattern.compile(
          "(?is)^\\s*+(begin|commit|rollback|savepoint|release|set|reset|show|start"
              + "|vacuum|analyze|reindex|create|drop|alter|discard|deallocate|checkpoint)\\b.*");

  /** Views over a relation, and what it is a partition of: statements mostly name that. */
  private static final String ABOVE =
      """
      WITH RECURSIVE over(oid) AS (
        SELECT to_regclass(?)::oid
        UNION
        SELECT above.oid
          FROM over o,
               LATERAL (SELECT r.ev_class
                          FROM pg_depend d
                          JOIN pg_rewrite r ON r.oid = d.objid
                         WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = o.oid
                           AND d.classid = 'pg_rewrite'::regclass
                        UNION ALL
                        SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = o.oid)
                 above(oid))
      SELECT c.relname FROM over o JOIN pg_class c ON c.oid = o.oid
      """;

  private AffectedStatements() {}

  /** A statement's text and which words it is made of. */
  record Text(String query, Set<String> words) {
    boolean touchesAny(Set<String> names) {
      return words.stream().anyMatch(names::contains);
    }

    boolean isWork() {
      return !query.contains(Session.MARK) && !NOT_WORK.matcher(query).matches();
    }

    String shortened() {
      var oneLine = query.strip().replaceAll("\\s+", " ");
      return oneLine.length() <= QUERY_CHARACTERS
          ? oneLine
          : oneLine.substring(0, QUERY_CHARACTERS - 1) + "…";
    }
  }

  /** The relation's own name and those of the views over it and of the tables it is a part of. */
  static Set<String> namesOf(Session session, Collection<String> qualifiedRelations)
      throws SQLException {
    var names = new LinkedHashSet<String>();
    for (var relation : qualifiedRelations) {
      names.addAll(session.query(ABOVE, row -> row.getString(1), relation));
    }
    return names;
  }

  /**
   * Names of the tables that a foreign key joins to this one. Deleting there reads here, and the
   * other way round: their statements are no control.
   */
  static Set<String> neighboursOf(Session session, String qualifiedRelation) throws SQLException {
    return new LinkedHashSet<>(
        session.query(
            """
            SELECT c.relname
              FROM pg_constraint k
              JOIN pg_class c ON c.oid IN (k.conrelid, k.confrelid)
             WHERE k.contype = 'f'
               AND to_regclass(?) IN (k.conrelid, k.confrelid)
            """,
            row -> row.getString(1),
            qualifiedRelation));
  }

  /** Texts of up to 100,000 characters; what is longer counts for neither side. */
  static Map<Long, Text> textsOf(Session session, ServerFacts facts, List<Long> queryIds)
      throws SQLException {
    var schema = facts.schemaOf("pg_stat_statements").orElseThrow();
    var ids = queryIds.stream().map(String::valueOf).toList();
    var texts = new HashMap<Long, Text>();
    session.query(
        """
        SELECT DISTINCT ON (queryid) queryid, query
          FROM %s.pg_stat_statements
         WHERE queryid = ANY (CAST(? AS text[])::bigint[]) AND length(query) <= 100000
        """
            .formatted(schema),
        row -> texts.put(row.getLong(1), new Text(row.getString(2), words(row.getString(2)))),
        ids);
    return texts;
  }

  static Set<String> words(String query) {
    var words = new LinkedHashSet<String>();
    WORD.matcher(query)
        .results()
        .forEach(match -> {
          var word = match.group();
          words.add(
              word.startsWith("\"")
                  ? word.substring(1, word.length() - 1).replace("\"\"", "\"")
                  : word.toLowerCase(Locale.ROOT));
        });
    return words;
  }
}
