// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The tables of a database to check next: those found broken last time, then all others in the
 * order of their oids, so that the table with the oldest check comes first.
 */
record CheckRound(Memory memory, String database) {
  private static final int BATCH_SIZE = 1_000;

  List<CheckedTable> next(Session session) throws SQLException {
    var tables = new ArrayList<CheckedTable>(CheckedTable.withOids(session, broken()));
    var after = Long.parseLong(memory.kept(positionName()).orElse("0"));
    var following = CheckedTable.after(session, after, BATCH_SIZE);
    tables.addAll(missingIn(tables, following));
    if (following.size() < BATCH_SIZE) {
      tables.addAll(missingIn(tables, CheckedTable.after(session, 0, BATCH_SIZE)));
    }
    return tables;
  }

  /**
   * Notes what was seen.
   *
   * @param isBroken also of one that could not be read, so that it is not forgotten
   */
  void checked(CheckedTable table, boolean isBroken) {
    var broken = new TreeSet<>(broken());
    var oid = Long.toString(table.oid());
    if (!broken.contains(oid)) {
      memory.keep(positionName(), oid);
    }
    var changed = isBroken ? broken.add(oid) : broken.remove(oid);
    if (changed) {
      memory.keep(brokenName(), String.join(",", broken));
    }
  }

  private List<String> broken() {
    return memory
        .kept(brokenName())
        .filter(oids -> !oids.isEmpty())
        .map(oids -> List.of(oids.split(",", -1)))
        .orElse(List.of());
  }

  private static List<CheckedTable> missingIn(
      List<CheckedTable> tables, List<CheckedTable> others) {
    return others.stream().filter(table -> !tables.contains(table)).toList();
  }

  private String positionName() {
    return CorruptIndex.NAME + ".position " + database;
  }

  private String brokenName() {
    return CorruptIndex.NAME + ".broken " + database;
  }
}
