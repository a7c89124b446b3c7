// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private static final Offset<Double> THREE_DIGITS = within(0.01);

  private final Latencies latencies = new Latencies(List.of("quick", "slow"));

  @Test
  void recordsPeriodsSeparately() {
    latencies.begin(Period.HEALTHY);
    record("quick", 1);
    latencies.begin(Period.BROKEN);
    record("quick", 9);
    latencies.begin(Period.BETWEEN);

    assertThat(latencies.of(Period.HEALTHY, "quick").p50Ms()).isCloseTo(1, THREE_DIGITS);
    assertThat(latencies.of(Period.BROKEN, "quick").p50Ms()).isCloseTo(9, THREE_DIGITS);
    assertThat(latencies.of(Period.REPAIRED, "quick").requests()).isZero();
  }

  @Test
  void combinesAllRequestsOfAPeriod() {
    latencies.begin(Period.HEALTHY);
    for (int i = 0; i < 95; i++) {
      record("quick", 1);
    }
    for (int i = 0; i < 5; i++) {
      record("slow", 8);
    }
    latencies.begin(Period.BETWEEN);

    var all = latencies.of(Period.HEALTHY);
    assertThat(all.requests()).isEqualTo(100);
    assertThat(all.p95Ms()).isCloseTo(1, THREE_DIGITS);
    assertThat(all.p99Ms()).isCloseTo(8, THREE_DIGITS);
  }

  @Test
  void forgetsLatenciesOlderThanFiveSamples() {
    record("quick", 1);
    for (int look = 0; look < 5; look++) {
      assertThat(latencies.look().requests()).isEqualTo(1);
    }
    assertThat(latencies.look().requests()).isZero();
  }

  @Test
  void measuresTheRateOfTheLastSamples() {
    var rate = new Rate(0);

    assertThat(rate.perSecond(100, Duration.ofSeconds(1).toNanos())).isEqualTo(100);
    assertThat(rate.perSecond(400, Duration.ofSeconds(2).toNanos())).isEqualTo(200);
  }

  private void record(String request, int ms) {
    latencies.record(request, Duration.ofMillis(ms).toNanos());
  }
}
