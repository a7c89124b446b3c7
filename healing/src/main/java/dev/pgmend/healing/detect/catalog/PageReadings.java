// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.catalog;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.memory.Memory;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLState;

/**
 * Results of reading all pages of relations. Such reads are expensive, and most relations have not
 * changed since the last inspection. A relation is read again only after many of its rows changed.
 * Each inspection reads a limited number of bytes, the relation with the oldest reading first.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
public final class PageReadings implements Memory.Lasting {
  /** A relation is read again after this share of its rows was written. */
  private static final double CHANGED_SHARE = 0.1;

  /** A relation that could not be read in time is not read again for this long. */
  private static final Duration GIVEN_UP = Duration.ofDays(1);

  private static final int MAX_KEPT = 5_000;

  private Map<Long, Reading> byOid = new HashMap<>();

  /** Bytes that can still be read; negative after a relation larger than the limit. */
  private long left;

  /**
   * A relation's pages at a moment.
   *
   * @param fileNode another one after it was rewritten
   * @param readBytes what it would cost to read it
   * @param writes that went to it, a counter
   * @param vacuums of its table, a counter
   */
  public record Pages(
      long oid, long fileNode, long readBytes, double rows, long writes, long vacuums) {
    boolean isLike(Pages before) {
      var written = writes - before.writes;
      return fileNode == before.fileNode
          && vacuums == before.vacuums
          && written >= 0
          && written <= CHANGED_SHARE * Math.max(1, rows);
    }
  }

  /**
   * One that was made.
   *
   * @param figures none if the time allowed for a statement is too short to read them
   */
  record Reading(Pages pages, Instant at, @Nullable Map<String, Double> figures) {
    boolean stands(Pages now, Instant when) {
      return figures == null
          ? now.fileNode == pages.fileNode && when.isBefore(at.plus(GIVEN_UP))
          : now.isLike(pages);
    }

    Optional<Map<String, Double>> of(Pages now) {
      return now.fileNode == pages.fileNode ? Optional.ofNullable(figures) : Optional.empty();
    }
  }

  /** Reads all pages of one relation; no figures if it is there no more. */
  @FunctionalInterface
  interface Reader {
    Optional<Map<String, Double>> read(long oid) throws SQLException;
  }

  /**
   * Reads relations that have changed, up to the limit of one inspection.
   *
   * @param maxBytes limit for one inspection; a larger relation is read too, and the next
   *     inspections read less
   * @throws InspectionException if the inspection runs out of time before all were read
   */
  synchronized void refresh(
      Inspection inspection, List<Pages> relations, long maxBytes, Reader reader)
      throws SQLException, InspectionException {
    left = left > 0 ? maxBytes : left + maxBytes;
    for (var pages : changed(inspection, relations)) {
      if (left <= 0) {
        break;
      }
      if (inspection.deadline().passed()) {
        throw InspectionException.outOfTime("all changed relations were read");
      }
      left -= pages.readBytes;
      read(inspection, pages, reader);
    }
    Memory.keepLatest(byOid, MAX_KEPT, Reading::at);
  }

  /** Reads one, whatever is known of it. */
  synchronized void read(Inspection inspection, Pages pages, Reader reader) throws SQLException {
    try {
      reader
          .read(pages.oid)
          .ifPresent(
              figures -> byOid.put(pages.oid, new Reading(pages, inspection.now(), figures)));
    } catch (SQLException e) {
      if (PSQLState.QUERY_CANCELED.getState().equals(e.getSQLState())) {
        byOid.put(pages.oid, new Reading(pages, inspection.now(), null));
      }
      throw e;
    }
  }

  /** The last reading of a relation, which may have changed since. */
  synchronized Optional<Map<String, Double>> figures(Pages now) {
    return Optional.ofNullable(byOid.get(now.oid)).flatMap(reading -> reading.of(now));
  }

  private List<Pages> changed(Inspection inspection, List<Pages> relations) {
    var changed = new ArrayList<Pages>();
    for (var pages : relations) {
      var before = byOid.get(pages.oid);
      if (before == null || !before.stands(pages, inspection.now())) {
        changed.add(pages);
      }
    }
    // The sort is stable: of those never read, the first of the detector's comes first.
    changed.sort(Comparator.comparing(this::readAt));
    return changed;
  }

  private Instant readAt(Pages pages) {
    var before = byOid.get(pages.oid);
    return before == null ? Instant.EPOCH : before.at;
  }
}
