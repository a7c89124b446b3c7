// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A bottleneck is the minimum cut of the critical network")
class BottlenecksTest {
  private static final Offset<Double> ROUNDING = within(1e-9);
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static Composition series(Composition... parts) {
    return new Composition.Series(List.of(parts));
  }

  private static Composition parallel(Composition... branches) {
    return new Composition.Parallel(List.of(branches));
  }

  private static Composition one(int operator) {
    return new Composition.One(operator);
  }

  @Test
  @DisplayName("in one process the operator that can save most is the bottleneck")
  void inSeries() {
    var network = ActivityNetwork.of(series(one(0), one(1), one(2)), 3);
    var self = new double[] {40, 50, 10};
    var floor = new double[] {5, 45, 0};
    var found = Bottlenecks.find(network, self, floor, Bottlenecks.onePerRepair(self, floor));
    assertThat(found.latencyMs()).isEqualTo(100);
    assertThat(found.operators()).containsExactly(0);
    assertThat(found.savableMs()).isEqualTo(35);
    assertThat(found.cutValue()).isCloseTo(1.0 / 35, ROUNDING);
    assertThat(found.criticality()).containsExactly(0.35, 0.05, 0.1);
  }

  @Test
  @DisplayName("equal branches have to be relieved together, until a third is as long")
  void sideBySide() {
    var network = ActivityNetwork.of(series(parallel(one(0), one(1), one(2)), one(3)), 4);
    var self = new double[] {30, 30, 18, 5};
    var found =
        Bottlenecks.find(
            network, self, new double[] {0, 10, 0, 5}, new double[] {1, 1, 1, INFINITE});
    assertThat(found.operators()).containsExactly(0, 1);
    assertThat(found.savableMs()).isEqualTo(12);
    assertThat(found.cutValue()).isEqualTo(2);
    assertThat(found.criticality()).as("one branch alone is worth nothing").containsOnly(0.0);
  }

  @Test
  @DisplayName("if one branch cannot be relieved, nothing can be saved")
  void nothingToSave() {
    var network = ActivityNetwork.of(parallel(one(0), one(1)), 2);
    var self = new double[] {30, 30};
    var found = Bottlenecks.find(network, self, new double[] {0, 30}, new double[] {1, INFINITE});
    assertThat(found.nothingToSave()).isTrue();
    assertThat(found.operators()).isEmpty();
    assertThat(found.latencyMs()).isEqualTo(30);
    assertThat(Bottlenecks.curve(network, self, new double[] {0, 30}, new double[] {1, 1}))
        .isEmpty();
  }

  @Test
  @DisplayName("nothing can be saved of an execution that takes no time")
  void noTimeAtAll() {
    var network = ActivityNetwork.of(series(one(0), one(1)), 2);
    var found = Bottlenecks.find(network, new double[2], new double[2], new double[] {INFINITE, 1});
    assertThat(found.nothingToSave()).isTrue();
    assertThat(found.criticality()).containsOnly(0.0);
  }

  @Test
  @DisplayName("prices may be twelve orders of magnitude apart")
  void extremePrices() {
    var network = ActivityNetwork.of(series(parallel(one(0), one(1)), one(2)), 3);
    var found =
        Bottlenecks.find(
            network, new double[] {7, 7, 7}, new double[3], new double[] {1e-9, 2e-9, 1e3});
    assertThat(found.operators()).containsExactly(0, 1);
    assertThat(found.cutValue()).isCloseTo(3e-9, within(1e-18));
  }

  @Test
  @DisplayName("times and prices that can't be are refused")
  void refusesNonsense() {
    var network = ActivityNetwork.of(one(0), 1);
    assertThatThrownBy(() -> Bottlenecks.find(network, times(1), times(2), times(1)))
        .hasMessageContaining("below its floor");
    assertThatThrownBy(() -> Bottlenecks.find(network, times(Double.NaN), times(0), times(1)))
        .hasMessageContaining("not a time");
    assertThatThrownBy(() -> Bottlenecks.find(network, times(1), times(0), times(0)))
        .hasMessageContaining("not a price");
    assertThatThrownBy(() -> Bottlenecks.find(network, times(1, 2), times(0), times(1)))
        .hasMessageContaining("2 times for 1 operators");
    assertThatThrownBy(() -> ActivityNetwork.of(series(one(0), one(0)), 2))
        .hasMessageContaining("occurs twice");
    assertThatThrownBy(() -> ActivityNetwork.of(one(0), 2)).hasMessageContaining("missing");
  }

  private static double[] times(double... times) {
    return times;
  }

  @Test
  @DisplayName("by default each repair costs 1, whatever it saves")
  void defaultPrices() {
    assertThat(Bottlenecks.onePerRepair(new double[] {10, 4, 3}, new double[] {0, 2, 3}))
        .satisfies(prices ->
            assertThat(Arrays.stream(prices).boxed()).containsExactly(0.1, 0.5, INFINITE));
  }
}
