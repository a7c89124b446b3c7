package dev.pgmend.healing.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pgmend.healing.finding.ByteSize;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
  @Test
  void whatNobodySetIsTheDefault() {
    assertThat(Thresholds.DEFAULTS.number("IndexBloat.minSavingPercent", 50)).isEqualTo(50);
    assertThat(Thresholds.DEFAULTS.bytes("IndexBloat.minSavingBytes", 7)).isEqualTo(7);
  }

  @Test
  void whatSomeoneSetCounts() {
    var thresholds = new Thresholds(Map.of("a", "12.5", "b", "10MB"));

    assertThat(thresholds.number("a", 50)).isEqualTo(12.5);
    assertThat(thresholds.bytes("b", 7)).isEqualTo(10 * ByteSize.MB);
  }

  @Test
  void whatIsNoNumberIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Thresholds(Map.of("a", "much")).number("a", 1))
        .withMessageContaining("a is 'much'");
  }
}
