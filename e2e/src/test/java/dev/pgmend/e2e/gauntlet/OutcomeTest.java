// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  @Test
  void isOkIfRepairedOrOnlyReportedOrSkipped() {
    assertThat(Outcomes.repaired("IndexBloat", 1).ok()).isTrue();
    assertThat(Outcomes.reported("ReplicaLag").ok()).isTrue();
    assertThat(Outcomes.skipped("CorruptIndex").ok()).isTrue();
  }

  @Test
  void isNotOkIfMissedOrNotGoneOrSomethingElseIsFound() {
    assertThat(Outcomes.notFound("IndexBloat").ok()).isFalse();
    assertThat(Outcomes.repairable("IndexBloat", false, 1, List.of(), null).ok()).isFalse();
    assertThat(Outcomes.repairable("IndexBloat", true, 1, List.of("UnusedIndex t(i)"), null).ok())
        .isFalse();
  }

  @Test
  void appendsProblemToEarlierOnes() {
    var once = Outcomes.repaired("IndexBloat", 1).withProblem("the application failed");

    assertThat(once.ok()).isFalse();
    assertThat(once.withProblem("twice").problem()).isEqualTo("the application failed; twice");
    assertThat(once.fault()).isEqualTo("IndexBloat");
  }
}
