package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  @Test
  void aFaultIsFoundMendedAndGoneOrOnlyHadToBeToldOf() {
    assertThat(Outcomes.mended("IndexBloat", 1).ok()).isTrue();
    assertThat(Outcomes.told("ReplicaLag").ok()).isTrue();
    assertThat(Outcomes.skipped("CorruptIndex").ok()).isTrue();
  }

  @Test
  void whatIsMissedLeftOrFoundBesideItIsNotWell() {
    assertThat(Outcomes.notFound("IndexBloat").ok()).isFalse();
    assertThat(Outcomes.mendable("IndexBloat", false, 1, List.of(), null).ok()).isFalse();
    assertThat(Outcomes.mendable("IndexBloat", true, 1, List.of("UnusedIndex t(i)"), null).ok())
        .isFalse();
  }

  @Test
  void aProblemIsAddedToThoseBefore() {
    var once = Outcomes.mended("IndexBloat", 1).withProblem("the application failed");

    assertThat(once.ok()).isFalse();
    assertThat(once.withProblem("twice").problem()).isEqualTo("the application failed; twice");
    assertThat(once.scenario()).isEqualTo("IndexBloat");
  }
}
