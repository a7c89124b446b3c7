// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.replication;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.VacuumBlocker;
import dev.pgmend.healing.finding.Ages;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * A replication slot that makes the server keep much write-ahead log, or that has lost what its
 * consumer needs. A slot is never dropped automatically: its consumer would have to be rebuilt.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">
 *     pg_replication_slots</a>
 */
@AutoService(Detector.class)
public final class SlotRetention implements Detector {
  public static final String NAME = "SlotRetention";

  static final Threshold<Long> MIN_INACTIVE_RETAINED =
      Threshold.bytes(
          NAME,
          "minInactiveRetained",
          ByteSize.GB,
          "A slot without a consumer must retain at least this much WAL.");

  static final Threshold<Long> MIN_ACTIVE_RETAINED =
      Threshold.bytes(
          NAME,
          "minActiveRetained",
          16 * ByteSize.GB,
          "A slot with a connected consumer must retain at least this much WAL.");
  static final String KIND = "slot";

  /** {@code inactive_since} is known from Postgres 17 on. */
  private static final String SQL =
      """
      SELECT slot_name, slot_type, active, coalesce(wal_status, ''),
             coalesce(pg_wal_lsn_diff(
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                    ELSE pg_current_wal_lsn() END, restart_lsn), 0)::bigint,
             safe_wal_size,
             greatest(age(xmin), age(catalog_xmin)),
             %s
        FROM pg_replication_slots
       WHERE NOT temporary
      """;

  private record Slot(
      String name,
      String type,
      boolean active,
      String walStatus,
      long retainedBytes,
      Optional<String> safeBytes,
      Optional<String> xids,
      Optional<String> inactiveSeconds) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A replication slot makes the server keep much WAL, or has lost WAL that its consumer
            needs. The first fills the disk, the second breaks the consumer.
            """)
        .measurement(
            """
            `pg_replication_slots` gives the WAL that each slot retains, its `wal_status`, and
            from Postgres 17 since when it is inactive.
            """)
        .severity("A warning for much WAL. Critical if `wal_status` is `unreserved` or `lost`.")
        .thresholds(MIN_INACTIVE_RETAINED, MIN_ACTIVE_RETAINED)
        .evidence("retainedBytes", "bytes", "WAL that the slot retains")
        .evidence("active", "true or false", "whether a consumer is connected")
        .evidence("type", "text", "`physical` or `logical`")
        .evidence("walStatus", "text", "`wal_status` of the slot")
        .evidence(
            "maxSlotWalKeepSize",
            "text",
            "the setting that bounds what slots retain; -1 is no bound")
        .evidence(
            "safeWalBytes", "bytes", "WAL that may still be written before the slot is at risk")
        .evidence("heldXids", "transactions", "age of the oldest row version that the slot needs")
        .evidence("inactiveSeconds", "seconds", "how long no consumer was connected")
        .evidence("advice", "text", "what to do")
        .remedy(
            """
            Start the consumer. If it no longer exists, drop the slot: `SELECT
            pg_drop_replication_slot('name')`. pgmend never drops a slot, because its consumer
            would have to be built again. Bound what slots can retain by
            `max_slot_wal_keep_size`.
            """)
        .reproduction(
            """
            SELECT slot_name, active, wal_status,
                   pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn))
              FROM pg_replication_slots;
            """)
        .limits("How fast the disk fills is not predicted. Temporary slots are left out.")
        .build();
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var minInactive = thresholds.get(MIN_INACTIVE_RETAINED);
    var minActive = thresholds.get(MIN_ACTIVE_RETAINED);
    var bound = maxSlotWalKeepSize(inspection.session());
    return slots(inspection).stream()
        .filter(slot ->
            isEndangered(slot) || slot.retainedBytes >= (slot.active ? minActive : minInactive))
        .map(slot -> finding(slot, bound))
        .toList();
  }

  private static List<Slot> slots(Inspection inspection) throws SQLException {
    var inactive =
        inspection.facts().major() >= 17
            ? "extract(epoch FROM clock_timestamp() - inactive_since)::bigint"
            : "NULL::bigint";
    return inspection
        .session()
        .query(
            SQL.formatted(inactive),
            row ->
                new Slot(
                    row.getString(1),
                    row.getString(2),
                    row.getBoolean(3),
                    row.getString(4),
                    row.getLong(5),
                    Optional.ofNullable(row.getString(6)),
                    Optional.ofNullable(row.getString(7)),
                    Optional.ofNullable(row.getString(8))));
  }

  /** The server is about to remove what the slot needs, or has done so. */
  private static boolean isEndangered(Slot slot) {
    return slot.walStatus.equals("unreserved") || slot.walStatus.equals("lost");
  }

  private static Finding finding(Slot slot, String bound) {
    var evidence = new HashMap<String, String>();
    evidence.put("retainedBytes", Long.toString(slot.retainedBytes));
    evidence.put("active", Boolean.toString(slot.active));
    evidence.put("type", slot.type);
    evidence.put("walStatus", slot.walStatus);
    evidence.put("maxSlotWalKeepSize", bound);
    slot.safeBytes.ifPresent(bytes -> evidence.put("safeWalBytes", bytes));
    slot.xids.ifPresent(xids -> evidence.put("heldXids", xids));
    slot.inactiveSeconds.ifPresent(seconds -> evidence.put("inactiveSeconds", seconds));
    evidence.put("advice", advice(slot, bound));
    return new Finding(
        NAME,
        isEndangered(slot) ? Severity.CRITICAL : Severity.WARNING,
        Target.object(KIND, slot.name),
        "%s replication slot %s, %s%s, keeps %s of write-ahead log (wal_status %s)"
            .formatted(
                slot.type,
                slot.name,
                slot.active ? "active" : "inactive",
                slot.inactiveSeconds.map(s -> " for " + Ages.of(Long.parseLong(s))).orElse(""),
                ByteSize.of(slot.retainedBytes),
                slot.walStatus.isEmpty() ? "unknown" : slot.walStatus),
        evidence);
  }

  private static String advice(Slot slot, String bound) {
    if (slot.walStatus.equals("lost")) {
      return "rebuild its consumer, then SELECT pg_drop_replication_slot(...)";
    }
    var unbounded = bound.equals("-1") ? "; bound what slots keep by max_slot_wal_keep_size" : "";
    return (slot.active
            ? "its consumer falls behind: check the consumer"
            : "start its consumer, or drop the slot if it has none")
        + unbounded;
  }

  private static String maxSlotWalKeepSize(Session session) throws SQLException {
    return session.queryOne(
        "SELECT current_setting('max_slot_wal_keep_size')", r -> r.getString(1));
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return VacuumBlocker.by(own, other);
  }
}
