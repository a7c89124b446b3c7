// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.healing.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final String NOON = "2026-03-04T12:00:00Z";

  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-04T12:00:00.789Z"));

  @Test
  void aNewConditionBeginsNowToTheSecond() {
    assertThat(conditions(List.of()).isTrue("Ready", "Managed", "all is well").build())
        .containsExactly(new Condition("Ready", "True", "Managed", "all is well", NOON, 7L));
  }

  @Test
  void theTimeStaysWhereTheStatusDoesThoughReasonAndMessageChange() {
    var before = conditions(List.of()).isFalse("Ready", "Unreachable", "no route").build();
    clock.advance(Duration.ofHours(1));

    assertThat(conditions(before).isFalse("Ready", "BadSecret", "no host").build())
        .containsExactly(new Condition("Ready", "False", "BadSecret", "no host", NOON, 7L));
  }

  @Test
  void theTimeMovesWithTheStatus() {
    var before = conditions(List.of()).isFalse("Ready", "Unreachable", "no route").build();
    clock.advance(Duration.ofHours(1));

    assertThat(conditions(before).isTrue("Ready", "Managed", "all is well").build())
        .extracting(Condition::lastTransitionTime)
        .containsExactly("2026-03-04T13:00:00Z");
    assertThat(conditions(before).unknown("Ready", "Paused", "paused").build())
        .extracting(Condition::status, Condition::lastTransitionTime)
        .containsExactly(tuple("Unknown", "2026-03-04T13:00:00Z"));
  }

  @Test
  void eachConditionHasATimeOfItsOwn() {
    var before =
        conditions(List.of()).isTrue("Ready", "a", "a").isTrue("Healthy", "b", "b").build();
    clock.advance(Duration.ofHours(1));

    assertThat(conditions(before).isTrue("Ready", "a", "a").isFalse("Healthy", "c", "c").build())
        .extracting(Condition::lastTransitionTime)
        .containsExactly(NOON, "2026-03-04T13:00:00Z");
  }

  @Test
  void theSameFactsGiveEqualConditions() {
    var before =
        conditions(List.of()).isTrue("Ready", "a", "b").unknown("Healthy", "c", "d").build();
    clock.advance(Duration.ofDays(1));

    assertThat(conditions(before).isTrue("Ready", "a", "b").unknown("Healthy", "c", "d").build())
        .isEqualTo(before);
  }

  @Test
  void whatIsSaidTwiceCountsAsSaidLast() {
    assertThat(conditions(List.of()).isTrue("Ready", "a", "a").isFalse("Ready", "b", "b").build())
        .extracting(Condition::reason)
        .containsExactly("b");
  }

  @Test
  void whatIsNotSaidAgainIsGone() {
    var before =
        conditions(List.of()).isTrue("Ready", "a", "a").isTrue("Inspected", "b", "b").build();

    assertThat(conditions(before).isTrue("Ready", "a", "a").build())
        .extracting(Condition::type)
        .containsExactly("Ready");
  }

  private Conditions conditions(List<Condition> before) {
    return new Conditions(before, 7L, clock);
  }
}
