// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingNumberTest {
  @ParameterizedTest
  @CsvSource({
    "128MB, 8kB, 16384",
    "1GB, kB, 1048576",
    "1 GB, MB, 1024",
    "4096, kB, 4096",
    "1.5GB, MB, 1536",
    "5min, s, 300",
    "1d, min, 1440",
    "200ms, ms, 200",
    "2s, ms, 2000",
    "-1, kB, -1",
    "1e3, '', 1000",
    "0.9, '', 0.9",
    ".5, '', 0.5"
  })
  void aTextIsANumberInTheSettingsOwnUnit(String text, String unit, double number) {
    assertThat(SettingNumber.parse(text, unit)).hasValue(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "much", "12 parsecs", "1mb", "5min", "1 2", "on"})
  void whatIsNoSizeIsNone(String text) {
    assertThat(SettingNumber.parse(text, "kB")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1MB", "1s"})
  void aNumberWithoutUnitTakesNone(String text) {
    assertThat(SettingNumber.parse(text, "")).isEmpty();
  }

  @EachPostgres
  void everySettingOfTheServerIsWrittenAsTheServerWritesIt(TestDatabase database) {
    var rows =
        database.texts(
            """
            SELECT concat_ws('|', name, setting, coalesce(unit, ''), current_setting(name))
              FROM pg_settings
             WHERE vartype = 'integer' AND name !~ '(^tcp_|mode$|permissions$)'
            """);

    assertThat(rows)
        .hasSizeGreaterThan(100)
        .allSatisfy(row -> {
          var parts = row.split("\\|", -1);
          var number = SettingNumber.parse(parts[1], parts[2]).orElseThrow();
          assertThat(SettingNumber.format(number, parts[2])).as(row).isEqualTo(parts[3]);
          assertThat(SettingNumber.parse(parts[3], parts[2])).as(row).hasValue(number);
        });
  }
}
