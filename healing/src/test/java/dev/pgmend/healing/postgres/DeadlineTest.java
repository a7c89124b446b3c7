// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  @Test
  void whatIsLeftNeverFallsBelowZero() {
    var past = Deadline.after(Duration.ofSeconds(-1));

    assertThat(past.passed()).isTrue();
    assertThat(past.remaining()).isZero();
  }

  @Test
  void aDeadlineAheadHasNotPassed() {
    var ahead = Deadline.after(Duration.ofHours(1));

    assertThat(ahead.passed()).isFalse();
    assertThat(ahead.remaining()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
  }
}
