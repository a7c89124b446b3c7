// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectedTest {
  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({"0, 60", "20, 60", "30, 60", "31, 62", "300, 600"})
  void theNextBeginsAnIntervalAfterItBeganAndLeavesTheServerAtRestAsLongAsItTook(
      int took, int next) {
    var inspected =
        new ManagedCluster.Inspected(BEGUN, BEGUN.plusSeconds(took), List.of(), Set.of(), "");

    assertThat(inspected.next(Duration.ofMinutes(1))).isEqualTo(BEGUN.plusSeconds(next));
  }
}
