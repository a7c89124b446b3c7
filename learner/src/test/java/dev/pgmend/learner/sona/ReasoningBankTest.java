// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pgmend.healing.verify.Verdict;
import dev.pgmend.healing.verify.Verdict.Decision;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The reasoning bank remembers the effects of actions")
class ReasoningBankTest {
  private static final Instant NOON = Instant.parse("2026-05-05T12:00:00Z");
  private static final Embedding HERE = Embedding.of(1, 0);
  private static final String SLOW = "SlowStatement";
  private static final String INDEX = "CreateIndexConcurrently";

  private static Verdict measured(Decision decision, double percent, double margin) {
    return new Verdict(decision, -percent, -percent - margin, -percent + margin, "");
  }

  private static void learn(ReasoningBank bank, Embedding plan, double percent) {
    bank.learn(SLOW, plan, HERE, INDEX, measured(Decision.IMPROVED, percent, 5), NOON);
  }

  private static Embedding random(Random random, int size) {
    var values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Embedding.of(values);
  }

  private static Embedding near(Random random, Embedding to, double by) {
    var values = new float[to.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (to.get(i) + by * random.nextGaussian());
    }
    return Embedding.of(values);
  }

  @Test
  @DisplayName("finds the nearest cases of the same finding first")
  void recallsTheNearest() {
    var random = new Random(1);
    var bank = new ReasoningBank(64, 2);
    var plans = IntStream.range(0, 500).mapToObj(i -> random(random, 64)).toList();
    for (int i = 0; i < plans.size(); i++) {
      bank.learn(
          i % 2 == 0 ? SLOW : "Other",
          plans.get(i),
          HERE,
          "Action" + i,
          measured(Decision.IMPROVED, -i, 1),
          NOON);
    }
    for (int i = 0; i < plans.size(); i += 2) {
      var asked = near(random, plans.get(i), 0.2);
      var recalled = bank.recall(SLOW, asked, HERE, 5);
      assertThat(recalled).hasSize(5);
      assertThat(recalled)
          .isSortedAccordingTo(
              Comparator.comparingDouble(ReasoningBank.Recalled::similarity).reversed());
      assertThat(recalled.getFirst().pattern().actionType()).isEqualTo("Action" + i);
      assertThat(recalled).allMatch(one -> one.pattern().findingType().equals(SLOW));
    }
  }

  @Test
  @DisplayName("a similar case is merged, another becomes a new pattern")
  void mergesSimilarCases() {
    var bank = new ReasoningBank(2, 2);
    learn(bank, Embedding.of(1, 0), -40);
    learn(bank, Embedding.of(1, 0.1f), -50);
    bank.learn(
        SLOW,
        Embedding.of(1, 0.05f),
        HERE,
        INDEX,
        measured(Decision.REGRESSED, 30, 5),
        NOON.plusSeconds(1));
    learn(bank, Embedding.of(0, 1), -10);
    assertThat(bank.size()).isEqualTo(2);
    var pattern = bank.patterns().getFirst();
    assertThat(pattern.outcomes()).isEqualTo(3);
    assertThat(pattern.successes()).isEqualTo(2);
    assertThat(pattern.failures()).isEqualTo(1);
    assertThat(pattern.meanPercent()).isCloseTo(-20, within(1e-9));
    assertThat(pattern.spread()).isCloseTo(400 + 900 + 2500, within(1e-9));
    assertThat(pattern.lastSeen()).isEqualTo(NOON.plusSeconds(1));
  }

  @Test
  @DisplayName("ignores outcomes without a measurement")
  void ignoresTheUnmeasured() {
    var bank = new ReasoningBank(2, 2);
    bank.learn(SLOW, HERE, HERE, INDEX, measured(Decision.NOT_ENOUGH_TRAFFIC, 0, 0), NOON);
    assertThat(bank.size()).isZero();
  }

  @Test
  @DisplayName("has no expectation without similar cases")
  void abstains() {
    var bank = new ReasoningBank(2, 2);
    learn(bank, Embedding.of(1, 0), -40);
    assertThat(bank.expect(SLOW, Embedding.of(-1, 0), HERE, INDEX, 5)).isEmpty();
    assertThat(bank.expect(SLOW, Embedding.of(1, 0), HERE, "Vacuum", 5)).isEmpty();
    assertThat(bank.expect("Other", Embedding.of(1, 0), HERE, INDEX, 5)).isEmpty();
    assertThat(bank.expect(SLOW, Embedding.of(1, 0), HERE, INDEX, 5)).isPresent();
  }

  @Test
  @DisplayName("the interval after one outcome is wide")
  void isUnsureOfOne() {
    var bank = new ReasoningBank(2, 2);
    learn(bank, Embedding.of(1, 0), -40);
    var once = bank.expect(SLOW, Embedding.of(1, 0), HERE, INDEX, 5).orElseThrow();
    assertThat(once.percent()).isCloseTo(-40, within(1e-9));
    assertThat(once.outcomes()).isEqualTo(1);
    assertThat(once.high()).as("could as well have made it slower").isPositive();
    for (int i = 0; i < 20; i++) {
      learn(bank, Embedding.of(1, 0), -40);
    }
    var often = bank.expect(SLOW, Embedding.of(1, 0), HERE, INDEX, 5).orElseThrow();
    assertThat(often.outcomes()).isEqualTo(21);
    assertThat(often.high()).isLessThan(-30);
    assertThat(often.similarity()).isCloseTo(1, within(1e-6));
  }

  @Test
  @DisplayName("the interval contains the next outcome in 95% of the cases")
  void intervalsHold() {
    var random = new Random(99);
    int held = 0;
    int asked = 2000;
    for (int i = 0; i < asked; i++) {
      var bank = new ReasoningBank(8, 2);
      var plan = random(random, 8);
      double effect = -60 * random.nextDouble();
      int outcomes = 2 + random.nextInt(12);
      for (int j = 0; j < outcomes; j++) {
        learnNoisily(bank, near(random, plan, 0.1), effect, random);
      }
      var expected = bank.expect(SLOW, plan, HERE, INDEX, 5).orElseThrow();
      double next = effect + 8 * random.nextGaussian();
      held += expected.low() <= next && next <= expected.high() ? 1 : 0;
    }
    assertThat((double) held / asked).isBetween(0.94, 0.995);
  }

  private static void learnNoisily(
      ReasoningBank bank, Embedding plan, double effect, Random random) {
    double error = 3;
    double percent = effect + 8 * random.nextGaussian() + error * random.nextGaussian();
    bank.learn(SLOW, plan, HERE, INDEX, measured(Decision.IMPROVED, percent, 1.96 * error), NOON);
  }

  @Test
  @DisplayName("removes the least precise pattern if it is full")
  void evictsTheLeastPrecise() {
    var random = new Random(4);
    var bank = new ReasoningBank(16, 2, 3);
    var plans = IntStream.range(0, 4).mapToObj(i -> random(random, 16)).toList();
    var margins = List.of(2.0, 30.0, 5.0, 8.0);
    for (int i = 0; i < 4; i++) {
      bank.learn(
          SLOW,
          plans.get(i),
          HERE,
          "Action" + i,
          measured(Decision.IMPROVED, -20, margins.get(i)),
          NOON);
    }
    assertThat(bank.patterns())
        .extracting(Pattern::actionType)
        .containsExactlyInAnyOrder("Action0", "Action2", "Action3");
    assertThat(bank.recall(SLOW, plans.get(2), HERE, 1).getFirst().pattern().actionType())
        .isEqualTo("Action2");
  }

  @Test
  @DisplayName("embeddings of other sizes are refused")
  void refusesOtherSizes() {
    var bank = new ReasoningBank(3, 2);
    assertThatThrownBy(() -> bank.recall(SLOW, HERE, HERE, 5))
        .hasMessageContaining("2 and 2 values do not fit a bank of 3 and 2 values");
    assertThatThrownBy(() -> Embedding.of(Float.NaN)).hasMessageContaining("not a finite value");
  }
}
