// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1536, 1.5 kB",
    "1572864, 1.5 MB",
    "1610612736, 1.5 GB",
    "1649267441664, 1.5 TB"
  })
  void bytesAreWrittenAsPostgresWritesThem(long bytes, String text) {
    assertThat(ByteSize.of(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "42, 42",
    "42B, 42",
    "10 kB, 10240",
    "10Ki, 10240",
    "2MB, 2097152",
    "2Mi, 2097152",
    "' 3GB ', 3221225472",
    "1TB, 1099511627776",
    "1Ti, 1099511627776"
  })
  void sizesAreReadAsPostgresAndKubernetesWriteThem(String text, long bytes) {
    assertThat(ByteSize.parse("size", text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MB", "-1MB", "1.5GB", "10 mb", "ten", "9999999TB", "99999999999999999999"})
  void whatIsNoSizeIsNamed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse("diskCapacity", text))
        .withMessageContaining("diskCapacity is '" + text + "'");
  }
}
