// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.e2e.testbed.operator.Decision;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource({"0.214, 0.21 ms", "1.55, 1.6 ms", "12.4, 12 ms"})
  void formatsMillisecondsWithTwoDigits(double ms, String text) {
    assertThat(Words.ms(ms)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"808000, 789 kB", "20656947, 19.7 MB"})
  void formatsBytesInASuitableUnit(long bytes, String text) {
    assertThat(Words.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void formatsAnImprovement() {
    assertThat(Words.effect(effect(Decision.Improved, 42.2, 30.9, 51.4)))
        .isEqualTo("42% less time per call (95% interval 31% to 51%)");
  }

  @Test
  void formatsAnotherDigitNearOneHundredPercent() {
    assertThat(Words.effect(effect(Decision.Improved, 99.62, 98.9, 99.97)))
        .isEqualTo("99.6% less time per call (95% interval 98.9% to >99.9%)");
  }

  @Test
  void formatsASlowdown() {
    assertThat(Words.effect(effect(Decision.Regressed, -30, -40, -20)))
        .isEqualTo("30% more time per call (95% interval 20% to 40%)");
  }

  @Test
  void formatsASlowdownAboveOneHundredPercent() {
    assertThat(Words.effect(effect(Decision.Regressed, -843.8, -1162.8, -552.3)))
        .isEqualTo("844% more time per call (95% interval 552% to 1163%)");
  }

  @Test
  void formatsTheExpectedEffectWithItsSource() {
    assertThat(Words.expected(new OperatorEvent.Expected(97.2, 91, 99.97, "model")))
        .isEqualTo("97% less time per call (80% interval 91% to >99.9%, by model)");
  }

  @ParameterizedTest
  @CsvSource({"abcdef, 6, abcdef", "abcdef, 5, ab...", "abcdef, 3, abc"})
  void truncatesLongTexts(String text, int columns, String cut) {
    assertThat(Words.cut(text, columns)).isEqualTo(cut);
  }

  @Test
  void replacesCharactersOutsideAscii() {
    assertThat(Words.ascii("Filter (größe > $1)…")).isEqualTo("Filter (gr??e > $1)...");
  }

  @Test
  void formatsMissingTraffic() {
    assertThat(Words.effect(effect(Decision.NotEnoughTraffic, 0, 0, 0)))
        .isEqualTo("not enough traffic for a verdict");
  }

  private static OperatorEvent.Effect effect(
      Decision decision, double percent, double low, double high) {
    return new OperatorEvent.Effect(
        decision, OptionalDouble.of(percent), OptionalDouble.of(low), OptionalDouble.of(high));
  }
}
