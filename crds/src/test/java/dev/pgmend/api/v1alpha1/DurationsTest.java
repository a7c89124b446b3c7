// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "5m, PT5M",
    "1h, PT1H",
    "30d, PT720H",
    "1h30m, PT1H30M",
    "1m500ms, PT1M0.5S"
  })
  void readsWhatUsersWrite(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "5", "m", "5 m", "-5m", "1.5h", "PT5M", "05m", "0m", "0s", "5m0s", "5M", "1w",
        "5m\n"
      })
  void refusesTheRestAndShowsHowToWriteIt(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a duration")
        .hasMessageContaining("10s, 5m, 1h30m or 30d");
  }
}
