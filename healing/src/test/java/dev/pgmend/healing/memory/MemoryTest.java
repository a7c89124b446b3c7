// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private final Memory memory = new Memory();

  @Test
  void growthIsOverAboutTheTimeAskedFor() {
    assertThat(grown(0, 100)).isEmpty();
    for (int minute = 5; minute <= 180; minute += 5) {
      var over = Math.min(minute, 60);
      assertThat(grown(minute, 100 + minute))
          .hasValueSatisfying(growth -> {
            assertThat(growth.over()).isEqualTo(Duration.ofMinutes(over));
            assertThat(growth.of("n")).isEqualTo(over);
            assertThat(growth.perHour("n")).isEqualTo(60);
          });
    }
  }

  @Test
  void aPauseIsPartOfTheTime() {
    grown(0, 0);
    grown(30, 30);

    assertThat(grown(600, 90))
        .hasValueSatisfying(growth -> {
          assertThat(growth.over()).isEqualTo(Duration.ofMinutes(570));
          assertThat(growth.of("n")).isEqualTo(60);
        });
  }

  @Test
  void aResetIsNoticedAndBeginsAnew() {
    grown(0, 1000);
    grown(5, 2000);

    assertThat(grown(10, 50)).isEmpty();
    assertThat(grown(15, 80)).map(growth -> growth.of("n")).hasValue(30L);
  }

  @Test
  void readingsInQuickSuccessionDoNotPushOutTheOldOnes() {
    grown(0, 0);
    for (int i = 1; i < 10_000; i++) {
      memory.growth("a", BEGIN.plusMillis(i), Map.of("n", 0L), HOUR);
    }

    assertThat(grown(30, 7)).map(Memory.Growth::over).hasValue(Duration.ofMinutes(30));
  }

  @Test
  void aValueStandsSinceItWasFirstSeen() {
    assertThat(memory.unchangedSince("a", "1", BEGIN)).isEqualTo(BEGIN);
    assertThat(memory.unchangedSince("a", "1", BEGIN.plus(HOUR))).isEqualTo(BEGIN);
    assertThat(memory.unchangedSince("a", "2", BEGIN.plus(HOUR))).isEqualTo(BEGIN.plus(HOUR));
    assertThat(memory.unchangedSince("b", "1", BEGIN.plus(HOUR))).isEqualTo(BEGIN.plus(HOUR));
  }

  private Optional<Memory.Growth> grown(int minute, long counter) {
    return memory.growth("a", BEGIN.plus(Duration.ofMinutes(minute)), Map.of("n", counter), HOUR);
  }
}
