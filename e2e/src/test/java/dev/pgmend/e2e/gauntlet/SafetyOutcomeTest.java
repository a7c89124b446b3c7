package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafetyOutcomeTest {
  private final SafetyTrial trial = new NoTrial();

  @Test
  void aProofHoldsUntilSomethingDoesNot() {
    var proof = TrialResult.of("two cuts").and(true, "not said").andNone(List.of(), "left");
    assertThat(proof.held()).isTrue();

    var more = proof.and(false, "rows are lost").andNone(List.of("i_ccnew", "j"), "left");
    assertThat(more.held()).isFalse();
    assertThat(more.happened()).isEqualTo("two cuts");
    assertThat(more.faults()).containsExactly("rows are lost", "left: i_ccnew, j");
  }

  @Test
  void whatWasNotTriedIsNeitherHeldNorHeldAgainstAnyone() {
    var skipped = SafetyOutcome.skipped("18", trial, "no mount");

    assertThat(skipped.held()).isFalse();
    assertThat(skipped.ok()).isTrue();
  }

  @Test
  void aTrialThatDoesNotWorkHasNotHeld() {
    var broken = SafetyOutcome.broken("18", trial, new IOException("no operator"), 1);

    assertThat(broken.ok()).isFalse();
    assertThat(broken.faults()).containsExactly("the trial itself failed: no operator");
  }

  @Test
  void isOneJsonObject() throws IOException {
    var json = new ObjectMapper();

    assertThat(json.readTree(json.writeValueAsString(held())))
        .isEqualTo(
            json.readTree(
                """
                {"postgres":"18","trial":"NoTrial","tried":"to do nothing","held":true,
                 "happened":"nothing","faults":[],"seconds":2.5}
                """));
  }

  private SafetyOutcome held() {
    return SafetyOutcome.of("18", trial, TrialResult.of("nothing"), 2.5);
  }
}
