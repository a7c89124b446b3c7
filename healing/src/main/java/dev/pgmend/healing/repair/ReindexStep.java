// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * REINDEX INDEX CONCURRENTLY. It builds {@code <name>_ccnew}, swaps the two, and drops the old one
 * as {@code <name>_ccold}: a finished run shows by the index' new oid, a broken one by what it
 * left.
 */
record ReindexStep(String schema, String index) implements Step {
  private static final String OID = "indexOid";
  private static final String BEFORE = "invalidBefore";
  private static final Pattern LEFTOVER = Pattern.compile("(.*)_cc(new|old)\\d*");

  /** Postgres shortens a long name to make room for the suffix; so much of it stays. */
  private static final int KEPT_OF_LONG_NAME = Identifiers.MAX_BYTES - "_ccnew".length() - 4;

  @Override
  public String sql() {
    return "REINDEX INDEX CONCURRENTLY " + Identifiers.quote(schema, index);
  }

  @Override
  public Map<String, String> mark(Session session) throws SQLException {
    var before =
        IndexCatalog.find(session, schema, index)
            .orElseThrow(
                () -> new SQLException("There is no index " + schema + "." + index, "42704"));
    var invalid =
        IndexCatalog.invalidOf(session, before.tableOid()).stream()
            .map(i -> Long.toString(i.oid()))
            .toList();
    return Map.of(
        OID,
        Long.toString(before.oid()),
        BEFORE,
        String.join(",", invalid),
        "sizeBytes",
        Long.toString(before.bytes()));
  }

  @Override
  public StepOutcome aftermath(Session session, Map<String, String> mark) throws SQLException {
    var now = IndexCatalog.find(session, schema, index);
    if (now.isEmpty()) {
      return StepOutcome.UNTOUCHED;
    }
    var before = List.of(mark.getOrDefault(BEFORE, "").split(",", -1));
    var cleanup =
        IndexCatalog.invalidOf(session, now.get().tableOid()).stream()
            .filter(i -> !before.contains(Long.toString(i.oid())))
            .filter(i -> isLeftoverOf(index, i.name()))
            .map(i -> DropIndexStep.sql(i.schema(), i.name()))
            .toList();
    var swapped = !Long.toString(now.get().oid()).equals(mark.get(OID));
    return new StepOutcome(swapped && now.get().valid(), cleanup);
  }

  @Override
  public Optional<Progress> progress(Session session, int backendPid) throws SQLException {
    return BuildProgress.read(session, backendPid);
  }

  static boolean isLeftoverOf(String index, String name) {
    var match = LEFTOVER.matcher(name);
    if (!match.matches()) {
      return false;
    }
    var base = match.group(1);
    return base.equals(index)
        || (index.startsWith(base)
            && base.getBytes(StandardCharsets.UTF_8).length >= KEPT_OF_LONG_NAME);
  }
}
