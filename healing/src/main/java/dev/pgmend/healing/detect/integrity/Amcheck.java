// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The checks of the extension amcheck that take no lock beyond a reader's.
 *
 * @param schema of the extension, quoted
 * @param checksUnique whether the extension is new enough to check keys for being unique (17 on)
 * @see <a href="https://www.postgresql.org/docs/current/amcheck.html">amcheck</a>
 */
record Amcheck(Session session, String schema, boolean checksUnique) {
  private static final int MESSAGES = 5;

  /**
   * Outcome of a check.
   *
   * @param damage empty if nothing is broken, or nothing could be seen
   * @param unseen why nothing could be seen; empty if it could
   */
  record Outcome(Optional<String> damage, Optional<String> unseen) {
    static final Outcome SOUND = new Outcome(Optional.empty(), Optional.empty());

    static Outcome damaged(String message) {
      return new Outcome(Optional.of(message), Optional.empty());
    }

    boolean isSound() {
      return damage.isEmpty() && unseen.isEmpty();
    }
  }

  static Amcheck in(Session session, String schema) throws SQLException {
    return new Amcheck(
        session,
        schema,
        session.queryOne(
            "SELECT to_regprocedure(?) IS NOT NULL",
            row -> row.getBoolean(1),
            schema + ".bt_index_check(regclass, boolean, boolean)"));
  }

  /** The missing grant; empty if this role can call everything. */
  Optional<String> missingGrant() throws SQLException {
    var functions = List.of(indexCheck(), heapCheck());
    var role = Identifiers.quote(session.spec().user());
    var missing =
        session.query(
            "SELECT f FROM unnest(?::text[]) f WHERE NOT has_function_privilege(f, 'EXECUTE')",
            row -> row.getString(1),
            functions);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            missing.stream()
                .map(function -> "GRANT EXECUTE ON FUNCTION %s TO %s".formatted(function, role))
                .collect(Collectors.joining("; ")));
  }

  /**
   * Checks the order of a B-tree's keys.
   *
   * @param withHeap whether to see as well that every row of the table is in it, which reads the
   *     table
   * @throws SQLException if the connection was lost under it
   */
  Outcome index(long oid, boolean withHeap) throws SQLException {
    var sql =
        "SELECT %s.bt_index_check(?::oid::regclass, %s)"
            .formatted(schema, withHeap + (checksUnique ? ", true" : ""));
    try {
      session.query(sql, _ -> true, oid);
      return Outcome.SOUND;
    } catch (SQLException e) {
      if (isLost(e)) {
        throw e;
      }
      return outcome(e);
    }
  }

  private static boolean isLost(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("08");
  }

  /** Checks some pages of a table, without what it keeps elsewhere (TOAST). */
  Outcome heap(long oid, long firstBlock, long lastBlock) {
    var sql =
        """
        SELECT format('block %%s, row %%s: %%s', blkno, offnum, msg)
          FROM %s.verify_heapam(?::oid::regclass, on_error_stop => true,
                                startblock => ?, endblock => ?)
         LIMIT ?
        """
            .formatted(schema);
    try {
      var broken =
          session.query(sql, row -> row.getString(1), oid, firstBlock, lastBlock, MESSAGES);
      return broken.isEmpty() ? Outcome.SOUND : Outcome.damaged(String.join("; ", broken));
    } catch (SQLException e) {
      return outcome(e);
    }
  }

  private String indexCheck() {
    return schema + ".bt_index_check(regclass, boolean" + (checksUnique ? ", boolean)" : ")");
  }

  private String heapCheck() {
    return schema + ".verify_heapam(regclass, boolean, boolean, text, bigint, bigint)";
  }

  /** amcheck raises an error for damage, a lock that it cannot get, and a table just dropped. */
  private static Outcome outcome(SQLException e) {
    var state = String.valueOf(e.getSQLState());
    var message = String.valueOf(e.getMessage()).replaceFirst("^ERROR: ", "");
    var isDamage = state.equals("XX001") || state.equals("XX002") || state.startsWith("58");
    return isDamage
        ? Outcome.damaged(message)
        : new Outcome(Optional.empty(), Optional.of(message));
  }
}
