// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void countsTriedFoundAndRepairedFaults() {
    var report =
        report(
            List.of(
                Outcomes.repaired("IndexBloat", 1),
                Outcomes.reported("ReplicaLag"),
                Outcomes.notFound("TempSpill"),
                Outcomes.skipped("CorruptIndex")));

    assertThat(report.tried()).isEqualTo(3);
    assertThat(report.found()).isEqualTo(2);
    assertThat(report.repairable()).isEqualTo(2);
    assertThat(report.repaired()).isEqualTo(1);
    assertThat(report.ok()).isFalse();
  }

  @Test
  void computes95thPercentileOfDetection() {
    var outcomes =
        IntStream.rangeClosed(1, 100).mapToObj(i -> Outcomes.repaired("Fault" + i, i)).toList();

    assertThat(report(outcomes).detectSeconds95()).isBetween(95.0, 96.0);
    assertThat(report(List.of()).detectSeconds95()).isZero();
  }

  @Test
  void isOkOnlyIfNothingElseHappened() {
    var well = List.of(Outcomes.repaired("IndexBloat", 1));

    assertThat(report(well).ok()).isTrue();
    assertThat(new Report("18", 5, List.of("x"), well, List.of(), 10, 0, "", 0, true).ok())
        .isFalse();
    assertThat(new Report("18", 5, List.of(), well, List.of(), 10, 1, "refused", 0, true).ok())
        .isFalse();
    assertThat(new Report("18", 5, List.of(), well, List.of(), 10, 0, "", 1, true).ok()).isFalse();
    assertThat(new Report("18", 5, List.of(), well, List.of(), 10, 0, "", 0, false).ok()).isFalse();
  }

  private static Report report(List<Outcome> outcomes) {
    return new Report("18", 5, List.of(), outcomes, List.of(), 10, 0, "", 0, true);
  }
}
