// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.detect.catalog.PageReadings.Pages;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageReadingsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Pages ONE = new Pages(1, 100, 1_000, 500, 0, 0);
  private static final Pages OTHER = new Pages(2, 200, 800, 500, 0, 0);
  private static final Pages THIRD = new Pages(3, 300, 10, 500, 0, 0);

  private final List<Long> read = new ArrayList<>();
  private final PageReadings readings = new PageReadings();

  @Test
  void whatIsAsItWasIsNotReadAgain() throws SQLException, InspectionException {
    refresh(10_000, ONE);
    refresh(10_000, ONE);
    refresh(10_000, written(ONE, 50));

    assertThat(read).containsExactly(1L);
    assertThat(readings.figures(ONE)).contains(Map.of("figure", 1.0));
  }

  @Test
  void whatWasWrittenVacuumedRewrittenOrCountedAnewIsReadAgain()
      throws SQLException, InspectionException {
    refresh(10_000, written(ONE, 100));
    refresh(10_000, written(ONE, 151));
    refresh(10_000, new Pages(1, 100, 1_000, 500, 151, 1));
    refresh(10_000, new Pages(1, 101, 1_000, 500, 151, 1));
    refresh(10_000, new Pages(1, 101, 1_000, 500, 0, 1));

    assertThat(read).hasSize(5);
  }

  @Test
  void aRelationLargerThanAnInspectionsShareTakesTheNextOnesToo()
      throws SQLException, InspectionException {
    var readAfter = new ArrayList<Integer>();
    for (int i = 0; i < 5; i++) {
      refresh(300, ONE, OTHER);
      readAfter.add(read.size());
    }

    assertThat(readAfter).as("one of 1000 at 300 each time").containsExactly(1, 1, 1, 2, 2);
  }

  @Test
  void thoseNeverReadComeFirstAndThenTheOneReadLongestAgo()
      throws SQLException, InspectionException {
    refresh(1_700, ONE, OTHER, THIRD);
    assertThat(read).containsExactly(1L, 2L);

    read.clear();
    refreshAt(NOW.plusSeconds(1), 10_000, written(OTHER, 400), THIRD);
    assertThat(read).containsExactly(3L, 2L);

    read.clear();
    refreshAt(NOW.plusSeconds(2), 10_000, written(THIRD, 400), written(ONE, 400));
    assertThat(read).containsExactly(1L, 3L);
  }

  @Test
  void nothingIsReadWhereNothingMayBe() throws SQLException, InspectionException {
    refresh(0, ONE);
    refresh(0, ONE);

    assertThat(read).isEmpty();
    assertThat(readings.figures(ONE)).isEmpty();
  }

  @Test
  void whatIsKnownStandsUntilThereAreOtherFiles() throws SQLException, InspectionException {
    refresh(10_000, ONE);

    assertThat(readings.figures(written(ONE, 400))).isPresent();
    assertThat(readings.figures(new Pages(1, 101, 1_000, 500, 0, 0))).isEmpty();
  }

  @Test
  void whatCanNotBeReadInTimeIsLeftForADay() throws SQLException, InspectionException {
    PageReadings.Reader slow =
        oid -> {
          read.add(oid);
          throw new SQLException("canceling statement due to statement timeout", "57014");
        };
    assertThatThrownBy(() -> readings.refresh(at(NOW), List.of(ONE), 10_000, slow))
        .isInstanceOf(SQLException.class);

    refreshAt(NOW.plus(Duration.ofHours(23)), 10_000, written(ONE, 400), OTHER);
    assertThat(read).containsExactly(1L, 2L);
    assertThat(readings.figures(ONE)).isEmpty();

    refreshAt(NOW.plus(Duration.ofHours(25)), 10_000, ONE);
    assertThat(readings.figures(ONE)).isPresent();
  }

  @Test
  void anotherErrorIsNotHeldAgainstTheRelation() throws SQLException, InspectionException {
    PageReadings.Reader broken =
        _ -> {
          throw new SQLException("canceling statement due to lock timeout", "55P03");
        };
    assertThatThrownBy(() -> readings.refresh(at(NOW), List.of(ONE), 10_000, broken))
        .isInstanceOf(SQLException.class);

    refresh(10_000, ONE);
    assertThat(readings.figures(ONE)).isPresent();
  }

  @Test
  void aRelationThatIsGoneHasNoFigures() throws SQLException, InspectionException {
    readings.refresh(at(NOW), List.of(ONE), 10_000, _ -> Optional.empty());

    assertThat(readings.figures(ONE)).isEmpty();
  }

  @Test
  void failsWhenTimeIsOutOnlyIfSomethingIsLeftToRead() throws SQLException, InspectionException {
    refresh(10_000, ONE);
    var spent = inspection(NOW, Deadline.after(Duration.ZERO));

    readings.refresh(spent, List.of(ONE), 10_000, this::reading);
    assertThatThrownBy(() -> readings.refresh(spent, List.of(OTHER), 10_000, this::reading))
        .isInstanceOf(InspectionException.class)
        .hasMessageContaining("ran out of time");
  }

  private void refresh(long most, Pages... relations) throws SQLException, InspectionException {
    refreshAt(NOW, most, relations);
  }

  private void refreshAt(Instant now, long most, Pages... relations)
      throws SQLException, InspectionException {
    readings.refresh(at(now), List.of(relations), most, this::reading);
  }

  private Optional<Map<String, Double>> reading(long oid) {
    read.add(oid);
    return Optional.of(Map.of("figure", (double) oid));
  }

  private static Pages written(Pages pages, long writes) {
    return new Pages(
        pages.oid(), pages.fileNode(), pages.readBytes(), pages.rows(), writes, pages.vacuums());
  }

  private static Inspection at(Instant now) {
    return inspection(now, Deadline.after(Duration.ofMinutes(1)));
  }

  /** Without a session: the readers of these tests need none. */
  private static Inspection inspection(Instant now, Deadline deadline) {
    return new Inspection(
        null, null, InspectionOptions.DEFAULTS, new Memory(), now, deadline, List.of());
  }
}
