// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafetyOutcomeTest {
  private final SafetyTrial trial = new NoTrial();

  @Test
  void passesUntilACheckFails() {
    var result = TrialResult.of("two cuts").and(true, "unused").andNone(List.of(), "left");
    assertThat(result.passed()).isTrue();

    var more = result.and(false, "rows are lost").andNone(List.of("i_ccnew", "j"), "left");
    assertThat(more.passed()).isFalse();
    assertThat(more.happened()).isEqualTo("two cuts");
    assertThat(more.failures()).containsExactly("rows are lost", "left: i_ccnew, j");
  }

  @Test
  void skippedTrialIsOkButNotPassed() {
    var skipped = SafetyOutcome.skipped("18", trial, "no mount");

    assertThat(skipped.passed()).isFalse();
    assertThat(skipped.ok()).isTrue();
  }

  @Test
  void brokenTrialIsNotOk() {
    var broken = SafetyOutcome.broken("18", trial, new IOException("no operator"), 1);

    assertThat(broken.ok()).isFalse();
    assertThat(broken.failures()).containsExactly("the trial could not be run: no operator");
  }

  @Test
  void isOneJsonObject() throws IOException {
    var json = new ObjectMapper();

    assertThat(json.readTree(json.writeValueAsString(passed())))
        .isEqualTo(
            json.readTree(
                """
                {"postgres":"18","trial":"NoTrial","tried":"to do nothing","passed":true,
                 "happened":"nothing","failures":[],"seconds":2.5}
                """));
  }

  private SafetyOutcome passed() {
    return SafetyOutcome.of("18", trial, TrialResult.of("nothing"), 2.5);
  }
}
