// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictSimulationTest {
  private static final int RUNS = 300;

  /** Two standard errors of a share of 5% among 300 runs. */
  private static final double CHANCE = 2.5;

  static List<VerdictSimulation.Scene> scenes() {
    return VerdictSimulation.SCENES;
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void seldomBlamesOrPraisesARepairThatChangedNothing(VerdictSimulation.Scene scene) {
    var rates = VerdictSimulation.rates(scene, 1, RUNS);

    assertThat(rates.regressed()).as("false Regressed").isLessThan(5 + CHANCE);
    assertThat(rates.improved()).as("false Improved").isLessThan(5 + CHANCE);
  }

  @Test
  void findsAChangeOfAFifthUnderIndependentNoise() {
    var scene = VerdictSimulation.SCENES.getFirst();

    assertThat(VerdictSimulation.rates(scene, 1.2, RUNS).regressed()).isGreaterThan(60);
    assertThat(VerdictSimulation.rates(scene, 0.8, RUNS).improved()).isGreaterThan(60);
  }

  static Stream<VerdictSimulation.Scene> scenesOfWholeWindows() {
    return VerdictSimulation.SCENES.stream().filter(scene -> scene.intervals() >= 10);
  }

  @ParameterizedTest
  @MethodSource("scenesOfWholeWindows")
  void findsStatementsThatTakeFourTimesAsLong(VerdictSimulation.Scene scene) {
    assertThat(VerdictSimulation.rates(scene, 4, RUNS).regressed()).isGreaterThan(80);
  }
}
