// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.detect.Evidence;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.SetParameter;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of the repair {@link SetParameter}: which value a setting should have, and which
 * one that replaces.
 */
public final class ProposedSetting {
  /** What the evidence of a finding that proposes a setting may hold. */
  public static final List<Evidence> EVIDENCE =
      List.of(
          new Evidence(SetParameter.VALUE, "text", "the value to set"),
          new Evidence(
              SetParameter.REPLACED,
              "text",
              "the value that the same place holds now, if it holds one"));

  private static final String OF_SERVER =
      """
      SELECT setting FROM pg_file_settings
       WHERE name = ? AND sourcefile LIKE '%/postgresql.auto.conf'
       ORDER BY seqno DESC LIMIT 1
      """;

  private static final String OF_DATABASE =
      """
      SELECT substring(c FROM position('=' IN c) + 1)
        FROM pg_db_role_setting s
        JOIN pg_database d ON d.oid = s.setdatabase,
             unnest(s.setconfig) c
       WHERE s.setrole = 0 AND d.datname = current_database()
         AND split_part(c, '=', 1) = ?
      """;

  private ProposedSetting() {}

  /**
   * A value for the server, set by ALTER SYSTEM.
   *
   * @throws SQLException if what stands there now can't be seen, so that there would be no way back
   */
  public static Map<String, String> forServer(Session session, String parameter, String value)
      throws SQLException {
    return evidence(value, session.queryFirst(OF_SERVER, row -> row.getString(1), parameter));
  }

  /** A value for the database of the session, set by ALTER DATABASE. */
  public static Map<String, String> forDatabase(Session session, String parameter, String value)
      throws SQLException {
    return evidence(value, session.queryFirst(OF_DATABASE, row -> row.getString(1), parameter));
  }

  private static Map<String, String> evidence(String value, Optional<String> replaced) {
    var evidence = new HashMap<String, String>();
    evidence.put(SetParameter.VALUE, value);
    replaced.ifPresent(before -> evidence.put(SetParameter.REPLACED, before));
    return evidence;
  }
}
