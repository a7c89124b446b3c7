// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pgmend.healing.finding.ByteSize;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdsTest {
  private static final Threshold<Long> MIN_SAVING =
      Threshold.bytes("IndexBloat", "minSaving", 7, "A test's.");
  private static final Threshold<Duration> MIN_UNUSED =
      Threshold.duration("UnusedIndex", "minUnused", Duration.ofDays(35), "A test's.");

  @Test
  void defaultHoldsUnlessSet() {
    assertThat(Thresholds.DEFAULTS.get(MIN_SAVING)).isEqualTo(7);
    assertThat(Thresholds.DEFAULTS.get(MIN_UNUSED)).isEqualTo(Duration.ofDays(35));
  }

  @Test
  void setValueHolds() {
    var thresholds =
        new Thresholds(Map.of("IndexBloat.minSaving", "10Mi", "UnusedIndex.minUnused", "1h30m"));

    assertThat(thresholds.get(MIN_SAVING)).isEqualTo(10 * ByteSize.MB);
    assertThat(thresholds.get(MIN_UNUSED)).isEqualTo(Duration.ofMinutes(90));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "IndexBloat.minSavingPercnt | no threshold IndexBloat.minSavingPercnt; did you mean"
            + " IndexBloat.minSavingPercent?",
        "indexBloat.minsaving | did you mean IndexBloat.minSaving?",
        "IndxBloat.minSaving | did you mean IndexBloat.minSaving?",
        "Nonsense | thresholds are written Detector.name",
      })
  void unknownNameIsRefusedWithNearestOne(String name, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Thresholds(Map.of(name, "1")))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "IndexBloat.minSaving, 1MB, a quantity of bytes such as 10Mi",
    "IndexBloat.minSaving, 99999999999999Ti, a quantity of bytes",
    "IndexBloat.minSavingPercent, 50%, a whole number of percent",
    "IndexBloat.minSavingPercent, 0.5, a whole number of percent",
    "UnusedIndex.minUnused, 35, a duration such as 30s",
    "PlanRegression.minFactor, much, a number such as 2 or 1.5",
    "DuplicateIndex.minSize, -1, a quantity of bytes",
  })
  void badValueIsRefusedWithExample(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Thresholds(Map.of(name, value)))
        .withMessageContaining("%s is '%s'".formatted(name, value))
        .withMessageContaining(message);
  }

  @Test
  void goodOnesHoldBesideBadOnes() {
    var settings =
        Map.of("IndexBloat.minSaving", "5Mi", "IndexBloat.x", "1", "UnusedIndex.minSize", "lots");

    assertThat(Thresholds.ofValid(settings).settings())
        .isEqualTo(Map.of("IndexBloat.minSaving", "5Mi"));
    assertThat(Thresholds.problems(settings)).hasSize(2);
  }

  @Test
  void everyDetectorDeclaresAllItsThresholdsByOneGrammar() throws IllegalAccessException {
    for (var detector : Detectors.all()) {
      var declared = detector.documentation().thresholds();
      for (var field : detector.getClass().getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == Threshold.class) {
          field.setAccessible(true);
          assertThat(declared).as(field.toString()).contains((Threshold<?>) field.get(null));
        }
      }
      assertThat(declared)
          .allSatisfy(threshold -> {
            assertThat(threshold.detector()).isEqualTo(detector.name());
            assertThat(threshold.name()).matches("(warn|critical|min|max)([A-Z][a-z]+)+");
            assertThat(threshold.meaning()).endsWith(".");
            assertThat(threshold.parse(threshold.defaultText()))
                .as(threshold.key())
                .isEqualTo(threshold.byDefault());
          });
      assertThat(Arrays.stream(declared.toArray()).distinct()).hasSameSizeAs(declared);
    }
  }
}
