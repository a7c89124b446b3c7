// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A model adapts to its cluster")
class MicroLoraTest {
  private static final int SMALL = 5;

  private static MicroLora lora(long seed) {
    return new MicroLora(LoraSettings.forHidden(SimulatedCluster.HIDDEN), new Random(seed));
  }

  private static float[][] activations(Random random, int operators, int width) {
    var activations = new float[operators][width];
    for (var activation : activations) {
      for (int j = 0; j < width; j++) {
        activation[j] = (float) random.nextGaussian();
      }
    }
    return activations;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 3, 40, 9000})
  @DisplayName("computes the exact gradient of its loss, for small and large errors")
  void gradient(double observedMs) {
    var random = new Random(7);
    var lora = new MicroLora(new LoraSettings(SMALL, 2, 0.7, 0.01, 0, 1, 1), random);
    var hidden = activations(random, 4, SMALL);
    var logs = new float[] {1, -0.5f, 2, 0.1f};
    for (int i = 0; i < lora.weights().length; i++) {
      lora.setWeight(i, 0.5 * random.nextGaussian());
    }
    lora.gradient(hidden, logs, observedMs);
    var gradient = lora.gradient();
    for (int i = 0; i < gradient.length; i++) {
      double weight = lora.weights()[i];
      double step = 1e-6;
      lora.setWeight(i, weight + step);
      double above = lora.loss(hidden, logs, observedMs);
      lora.setWeight(i, weight - step);
      double below = lora.loss(hidden, logs, observedMs);
      lora.setWeight(i, weight);
      assertThat(gradient[i]).isCloseTo((above - below) / (2 * step), within(1e-7));
    }
  }

  @Test
  @DisplayName("equals the model until it has learned")
  void beginsWithTheModel() {
    var random = new Random(3);
    var logs = new float[] {1, 2};
    var adapted = new double[2];
    var hidden = activations(random, 2, SimulatedCluster.HIDDEN);
    lora(1).adapt(hidden, logs, adapted);
    assertThat(adapted).containsExactly(1, 2);
    assertThat(lora(1).logMs(hidden, logs))
        .isCloseTo(Math.log(Math.exp(1) + Math.exp(2)), within(1e-12));
    assertThat(lora(1).isBetter()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  @DisplayName("200 observed statements lower the error on the next 200")
  void learns(long seed) {
    var random = new Random(seed);
    var cluster = new SimulatedCluster(random, random.nextGaussian(), 0.7, 0.2);
    var lora = lora(seed);
    for (int i = 0; i < 200; i++) {
      cluster.next();
      lora.observe(cluster.hidden, cluster.logSelfMs, cluster.observedMs);
    }
    var untaught = lora(seed);
    var before = new double[200];
    var after = new double[200];
    for (int i = 0; i < 200; i++) {
      cluster.next();
      double truth = Math.log(cluster.observedMs);
      before[i] = Math.abs(untaught.logMs(cluster.hidden, cluster.logSelfMs) - truth);
      after[i] = Math.abs(lora.logMs(cluster.hidden, cluster.logSelfMs) - truth);
    }
    assertThat(median(after)).isLessThan(0.9 * median(before));
    assertThat(lora.isBetter()).isTrue();
  }

  private static double median(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  }

  @Test
  @DisplayName("is not better if the model was right")
  void abstains() {
    var random = new Random(5);
    var cluster = new SimulatedCluster(random, 0, 0, 0.2);
    var lora = lora(5);
    int better = 0;
    for (int i = 0; i < 1000; i++) {
      cluster.next();
      lora.observe(cluster.hidden, cluster.logSelfMs, cluster.observedMs);
      better += lora.isBetter() ? 1 : 0;
    }
    assertThat(better).isLessThan(200);
    assertThat(lora.adaptedError()).isLessThan(1.25 * lora.baseError());
  }

  @Test
  @DisplayName("an outlier moves it no further than any other measurement")
  void resistsOutliers() {
    var random = new Random(11);
    var cluster = new SimulatedCluster(random, 0.5, 0.3, 0.1);
    var lora = lora(2);
    for (int i = 0; i < 300; i++) {
      cluster.next();
      lora.observe(cluster.hidden, cluster.logSelfMs, cluster.observedMs);
    }
    double before = lora.logMs(cluster.hidden, cluster.logSelfMs);
    lora.observe(cluster.hidden, cluster.logSelfMs, 1e12);
    assertThat(lora.logMs(cluster.hidden, cluster.logSelfMs)).isCloseTo(before, within(0.5));
  }

  @Test
  @DisplayName("learns without allocating")
  void allocatesNothing() {
    var random = new Random(13);
    var lora = lora(4);
    var hidden = activations(random, 100, SimulatedCluster.HIDDEN);
    var logs = new float[100];
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 20_000; i++) {
      lora.observe(hidden, logs, 50);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      lora.observe(hidden, logs, 50);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
  }

  @Test
  @DisplayName("refuses invalid input and learns nothing from it")
  void refusesNonsense() {
    var lora = lora(1);
    var hidden = activations(new Random(1), 1, SimulatedCluster.HIDDEN);
    var weights = lora.weights();
    assertThatThrownBy(() -> lora.observe(hidden, new float[1], 0))
        .hasMessageContaining("not a positive time");
    assertThatThrownBy(() -> lora.observe(hidden, new float[] {Float.NaN}, 1))
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> lora.observe(hidden, new float[2], 1))
        .hasMessageContaining("1 activations and 2 times");
    assertThatThrownBy(() -> lora.observe(new float[1][3], new float[1], 1))
        .hasMessageContaining("3 values instead of 64");
    assertThat(lora.weights()).isEqualTo(weights);
    assertThat(lora.statements()).isZero();
  }
}
