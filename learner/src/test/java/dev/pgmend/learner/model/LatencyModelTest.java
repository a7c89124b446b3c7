// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.plan.PlanWork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LatencyModelTest {
  private static final LatencyModel MODEL = LatencyModel.bundled();
  private static final List<ObservedPlan> PLANS = LeftOutPlans.read();

  @ParameterizedTest
  @EnumSource
  void ranksPlansOfAnUnknownDatabaseBetterThanCost(Mechanism mechanism) {
    assertThat(MODEL.weights().facts().leftOut()).contains(PLANS.getFirst().database());
    double model = spearman(plan -> MODEL.predict(plan.plan(), mechanism).planMs());
    double cost = spearman(plan -> PlanWork.totalCost(plan.plan(), plan.plan().size() - 1));
    assertThat(model).isGreaterThan(cost + 0.03);
  }

  @ParameterizedTest
  @EnumSource
  void planTimeIsTheSumOfItsOperators(Mechanism mechanism) {
    for (var plan : PLANS.subList(0, 50)) {
      var prediction = MODEL.predict(plan.plan(), mechanism);
      double sum = 0;
      for (float log : prediction.logSelfMs()) {
        sum += Math.exp(log);
      }
      assertThat(prediction.planMs()).isPositive().isFinite().isCloseTo(sum, within(1e-9 * sum));
      assertThat(prediction.hidden()).hasDimensions(plan.plan().size(), 32);
      assertThat(length(prediction.embedding())).isCloseTo(1, within(1e-5));
      var quantiles = prediction.quantilesMs();
      assertThat(quantiles.low()).isLessThan(quantiles.median());
      assertThat(quantiles.median()).isLessThan(quantiles.high());
    }
  }

  @Test
  void vectorApiAgreesWithScalarLoops() {
    var scalar = new ScalarModel(MODEL.weights());
    for (var plan : PLANS.subList(0, 50)) {
      var prepared = MODEL.prepare(plan.plan());
      var expected = scalar.logSelfMs(prepared);
      var actual = MODEL.predict(prepared, Mechanism.TOPOLOGICAL).logSelfMs();
      assertThat(actual).containsExactly(expected, Offset.offset(1e-4f));
    }
  }

  @Test
  void readsWhatItWrote() throws IOException {
    var bytes = written();
    assertThat(bytes).hasSizeLessThan(300_000);
    var read = new LatencyModel(ModelWeights.read(new ByteArrayInputStream(bytes)));
    var plan = PLANS.getFirst().plan();
    assertThat(read.predict(plan).planMs()).isEqualTo(MODEL.predict(plan).planMs());
    assertThat(read.weights().facts()).isEqualTo(MODEL.weights().facts());
  }

  /** An adaptation is matched to its weights by their fingerprint. */
  @Test
  void fingerprintIsStableAcrossProcesses() throws IOException {
    var read = ModelWeights.read(new ByteArrayInputStream(written()));
    assertThat(read.fingerprint()).isEqualTo(MODEL.weights().fingerprint());
    assertThat(read.facts().errors().keySet()).containsExactly(Mechanism.values());
  }

  @Test
  void refusesDamagedWeights() throws IOException {
    var bytes = written();
    bytes[bytes.length / 2] ^= 1;
    assertThatThrownBy(() -> ModelWeights.read(new ByteArrayInputStream(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void refusesTruncatedWeights() throws IOException {
    var bytes = written();
    assertThatThrownBy(
            () -> ModelWeights.read(new ByteArrayInputStream(bytes, 0, bytes.length - 100)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("truncated");
  }

  @Test
  void refusesOtherFiles() {
    assertThatThrownBy(() -> ModelWeights.read(new ByteArrayInputStream(new byte[100])))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a file of a latency model");
  }

  @Test
  void cachesPredictionsOfEqualPlans() {
    var cache = new PlanCache(MODEL);
    var plan = PLANS.getFirst().plan();
    var first = cache.predict(plan, Mechanism.TOPOLOGICAL);
    assertThat(cache.predict(plan, Mechanism.TOPOLOGICAL)).isSameAs(first);
    assertThat(cache.predict(plan, Mechanism.CAUSAL_CONE)).isNotSameAs(first);
    assertThat(cache.hitRate()).isCloseTo(1.0 / 3, within(1e-9));
  }

  private static byte[] written() throws IOException {
    var out = new ByteArrayOutputStream();
    MODEL.weights().write(out);
    return out.toByteArray();
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static double spearman(ToDoubleFunction<ObservedPlan> predicted) {
    var truth = ranks(ObservedPlan::observedMs);
    var ranks = ranks(predicted);
    double squares = 0;
    for (int i = 0; i < truth.length; i++) {
      squares += (truth[i] - ranks[i]) * (truth[i] - ranks[i]);
    }
    double n = truth.length;
    return 1 - 6 * squares / (n * (n * n - 1));
  }

  private static double[] ranks(ToDoubleFunction<ObservedPlan> value) {
    var order =
        IntStream.range(0, PLANS.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> value.applyAsDouble(PLANS.get(i))))
            .toList();
    var ranks = new double[PLANS.size()];
    for (int rank = 0; rank < ranks.length; rank++) {
      ranks[order.get(rank)] = rank;
    }
    return ranks;
  }
}
