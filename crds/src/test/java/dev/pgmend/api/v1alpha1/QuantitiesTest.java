// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "500, 500", "10Ki, 10240", "10k, 10000", "1.5Gi, 1610612736", "500m, 0"})
  void readsSizes(String text, long bytes) {
    assertThat(Quantities.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "1500m, 1.5", "0.25, 0.25"})
  void readsNumbers(String text, double number) {
    assertThat(Quantities.number(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-1", "10 Gi", "10GB", "large", "1e3"})
  void refusesOtherTextWithAnExample(String text) {
    assertThatThrownBy(() -> Quantities.bytes(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("10Gi");
  }

  @Test
  void positivePatternRefusesZeroOnly() {
    assertThat("0.25").matches(Quantities.POSITIVE_PATTERN);
    assertThat("10Gi").matches(Quantities.POSITIVE_PATTERN);
    assertThat("0").doesNotMatch(Quantities.POSITIVE_PATTERN);
    assertThat("0.0Gi").doesNotMatch(Quantities.POSITIVE_PATTERN);
    assertThat("0m").doesNotMatch(Quantities.POSITIVE_PATTERN);
  }
}
