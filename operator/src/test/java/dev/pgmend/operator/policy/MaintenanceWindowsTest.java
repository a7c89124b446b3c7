// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.api.v1alpha1.TuningPolicySpec.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaintenanceWindowsTest {
  @Test
  void withoutWindowsItIsAlwaysOpen() {
    var windows = new MaintenanceWindows(List.of());

    assertThat(windows.isOpen(Instant.EPOCH)).isTrue();
    assertThat(windows.nextOpening(Instant.EPOCH)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-04T01:59:59.999Z, false",
    "2026-03-04T02:00:00Z, true",
    "2026-03-04T02:00:00.001Z, true",
    "2026-03-04T03:00:00Z, true",
    "2026-03-04T05:59:59.999Z, true",
    "2026-03-04T06:00:00Z, false",
    "2026-03-04T06:00:00.001Z, false",
    "2026-03-04T14:00:00Z, false",
  })
  void itIsOpenFromTheMomentOfOpeningUntilJustBeforeThatOfClosing(Instant now, boolean open) {
    assertThat(windows("0 2 * * *", "4h", null).isOpen(now)).isEqualTo(open);
  }

  @Test
  void aWindowMayReachOverMidnightAndOverTheEndOfAMonth() {
    var windows = windows("30 23 31 * *", "2h", null);

    assertThat(windows.isOpen(at("2026-03-31T23:45:00Z"))).isTrue();
    assertThat(windows.isOpen(at("2026-04-01T01:29:59Z"))).isTrue();
    assertThat(windows.isOpen(at("2026-04-01T01:30:00Z"))).isFalse();
    // April has no 31st.
    assertThat(windows.isOpen(at("2026-04-30T23:45:00Z"))).isFalse();
  }

  @Test
  void sundayIsZeroOrSevenAsInCron() {
    var sunday = at("2026-03-08T12:30:00Z");

    assertThat(windows("0 12 * * 0", "1h", null).isOpen(sunday)).isTrue();
    assertThat(windows("0 12 * * 7", "1h", null).isOpen(sunday)).isTrue();
    assertThat(windows("0 12 * * 1-6", "1h", null).isOpen(sunday)).isFalse();
  }

  @Test
  void aWindowAsLongAsItsIntervalNeverCloses() {
    var windows = windows("0 * * * *", "1h", null);

    assertThat(
            IntStream.range(0, 240)
                .mapToObj(i -> at("2026-03-04T00:00:00Z").plus(Duration.ofMinutes(i))))
        .allMatch(windows::isOpen);
  }

  @Test
  void theScheduleIsReadInItsTimeZone() {
    var windows = windows("0 2 * * *", "1h", "America/New_York");

    assertThat(windows.isOpen(at("2026-01-15T07:30:00Z"))).isTrue();
    assertThat(windows.isOpen(at("2026-01-15T02:30:00Z"))).isFalse();
  }

  @Test
  void aZoneMayBeOffByLessThanAnHour() {
    assertThat(windows("0 2 * * *", "1h", "Asia/Kathmandu").isOpen(at("2026-01-14T20:15:00Z")))
        .isTrue();
    assertThat(windows("0 2 * * *", "1h", "Asia/Kathmandu").isOpen(at("2026-01-14T20:14:59Z")))
        .isFalse();
  }

  @Test
  void aWindowKeepsItsLocalTimeThroughDaylightSaving() {
    var windows = windows("0 4 * * *", "1h", "Europe/Vienna");

    assertThat(windows.nextOpening(at("2026-03-28T00:00:00Z")))
        .contains(at("2026-03-28T03:00:00Z"));
    assertThat(windows.nextOpening(at("2026-03-29T00:00:00Z")))
        .contains(at("2026-03-29T02:00:00Z"));
    assertThat(windows.nextOpening(at("2026-10-25T00:00:00Z")))
        .contains(at("2026-10-25T03:00:00Z"));
  }

  @Test
  void anOpeningInTheHourThatTheClockSkipsFallsOutAndIsNotPromised() {
    // In Vienna the 29th of March 2026 has no 02:30: the clock goes from 02:00 to 03:00.
    var windows = windows("30 2 * * *", "1h", "Europe/Vienna");

    assertThat(openMinutes(windows, at("2026-03-28T23:00:00Z"), Duration.ofHours(23))).isZero();
    assertThat(windows.nextOpening(at("2026-03-28T23:00:00Z")))
        .contains(at("2026-03-30T00:30:00Z"));
  }

  @Test
  void anHourThatTheClockRepeatsDoesNotOpenTheWindowForLongerThanBothHours() {
    // In Vienna the 25th of October 2026 has 02:30 twice, an hour apart.
    var windows = windows("30 2 * * *", "1h", "Europe/Vienna");

    assertThat(openMinutes(windows, at("2026-10-24T22:00:00Z"), Duration.ofHours(25)))
        .isBetween(60L, 120L);
  }

  @Test
  void aWindowThatIsOpenWhenTheClockChangesLastsAsLongAsItSays() {
    var windows = windows("0 1 * * *", "4h", "Europe/Vienna");

    assertThat(windows.isOpen(at("2026-03-29T03:59:59Z"))).isTrue();
    assertThat(windows.isOpen(at("2026-03-29T04:00:00Z"))).isFalse();
    assertThat(windows.isOpen(at("2026-10-25T02:59:59Z"))).isTrue();
    assertThat(windows.isOpen(at("2026-10-25T03:00:00Z"))).isFalse();
  }

  @Test
  void ofSeveralWindowsOneThatIsOpenIsEnough() {
    var windows =
        new MaintenanceWindows(
            List.of(new Window("0 2 * * *", "1h", null), new Window("0 12 * * *", "1h", null)));

    assertThat(windows.isOpen(at("2026-03-04T02:30:00Z"))).isTrue();
    assertThat(windows.isOpen(at("2026-03-04T12:30:00Z"))).isTrue();
    assertThat(windows.isOpen(at("2026-03-04T08:00:00Z"))).isFalse();
  }

  @Test
  void theNextOpeningIsThatOfWhicheverWindowComesFirst() {
    var windows =
        new MaintenanceWindows(
            List.of(
                new Window("0 2 * * *", "1h", "America/New_York"),
                new Window("0 12 * * *", "1h", null)));

    assertThat(windows.nextOpening(at("2026-01-15T00:00:00Z")))
        .contains(at("2026-01-15T07:00:00Z"));
    assertThat(windows.nextOpening(at("2026-01-15T08:00:00Z")))
        .contains(at("2026-01-15T12:00:00Z"));
  }

  @Test
  @Timeout(20)
  void aDayThatNoMonthHasIsNeverOpenAndSaysSoRatherThanSearchForEver() {
    var windows = windows("0 0 30 2 *", "1h", null);

    assertThat(windows.isOpen(at("2026-03-02T00:30:00Z"))).isFalse();
    assertThat(windows.nextOpening(at("2026-03-02T00:30:00Z"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"every night", "60 2 * * *", "0 2 * *", "0 2 * * * *", "0 2 * * 8", ""})
  void aScheduleThatIsNotCronIsNamedInTheMessage(String schedule) {
    assertThatThrownBy(() -> windows(schedule, "1h", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window '" + schedule + "'")
        .hasMessageMatching("(?s).*: .{8,}");
  }

  @Test
  void aTimeZoneThatDoesNotExistIsNamedInTheMessage() {
    assertThatThrownBy(() -> windows("0 2 * * *", "1h", "Mars/Olympus_Mons"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window '0 2 * * *'")
        .hasMessageContaining("Mars/Olympus_Mons");
  }

  @ParameterizedTest
  @ValueSource(strings = {"an hour", "1", "-1h", "1.5h", ""})
  void aDurationThatIsNoneIsNamedInTheMessage(String duration) {
    assertThatThrownBy(() -> windows("0 2 * * *", duration, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + duration + "' is not a duration");
  }

  private static long openMinutes(MaintenanceWindows windows, Instant from, Duration span) {
    return IntStream.range(0, (int) span.toMinutes())
        .filter(minute -> windows.isOpen(from.plus(Duration.ofMinutes(minute))))
        .count();
  }

  private static MaintenanceWindows windows(String schedule, String duration, String timeZone) {
    return new MaintenanceWindows(List.of(new Window(schedule, duration, timeZone)));
  }

  private static Instant at(String text) {
    return Instant.parse(text);
  }
}
