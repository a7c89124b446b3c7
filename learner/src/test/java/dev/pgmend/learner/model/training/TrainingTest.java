// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.LeftOutPlans;
import dev.pgmend.learner.model.ModelWeights;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.fitting.Pace;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingTest {
  private static final LatencyModel MODEL = LatencyModel.bundled();
  private static final List<ObservedPlan> PLANS = LeftOutPlans.read();
  private static final TrainingOptions FINE_TUNING =
      TrainingOptions.fineTuning(MODEL.weights().shape(), Devices.best());

  @ParameterizedTest
  @EnumSource
  void vectorApiAndDjlAgreeForTrainedWeights(Mechanism mechanism) {
    assertSameForBoth(MODEL, mechanism);
  }

  @ParameterizedTest
  @EnumSource
  void vectorApiAndDjlAgreeForRandomWeights(Mechanism mechanism) {
    var random = new Random(7);
    var tensors = new HashMap<String, float[]>();
    MODEL
        .weights()
        .shape()
        .tensors()
        .forEach((name, size) -> {
          var values = new float[size];
          for (int i = 0; i < size; i++) {
            values[i] = (float) (0.3 * random.nextGaussian());
          }
          tensors.put(name, values);
        });
    var weights = MODEL.weights();
    assertSameForBoth(
        new LatencyModel(
            new ModelWeights(
                weights.shape(), weights.facts(), weights.mean(), weights.deviation(), tensors)),
        mechanism);
  }

  private static void assertSameForBoth(LatencyModel model, Mechanism mechanism) {
    var examples =
        PLANS.subList(0, 40).stream()
            .map(plan -> Example.of(plan, model.prepare(plan.plan())))
            .toList();
    try (var manager = NDManager.newBaseManager()) {
      var shape = model.weights().shape();
      var forward =
          new DjlForward(shape, new Parameters(shape, model.weights().tensors(), manager));
      var batch = Batch.of(examples, Mechanism.single(), manager);
      var expected = forward.logSelfMs(batch, mechanism);
      int n = (int) expected.getShape().get(1);
      var values = expected.toFloatArray();
      for (int b = 0; b < examples.size(); b++) {
        var actual = model.predict(examples.get(b).plan(), mechanism).logSelfMs();
        for (int v = 0; v < actual.length; v++) {
          assertThat(actual[v]).isCloseTo(values[b * n + v], within(1e-4f));
        }
      }
    }
  }

  @Test
  void adaptsAModelToAServerThatIsTwentyTimesSlower()
      throws InterruptedException, TimeoutException {
    var slower = PLANS.stream().map(plan -> withTime(plan, 20 * plan.observedMs())).toList();
    var tuned = new DjlTuner(Devices.best()).tune(MODEL, slower, Pace.FREE);
    assertThat(meanError(tuned, slower)).isLessThan(0.7 * meanError(MODEL, slower));
    assertThat(tuned.weights().facts().device()).isEqualTo(Devices.best().toString());
  }

  @Test
  void paceEndsTraining() {
    var steps = new AtomicInteger();
    Pace fewSteps =
        () -> {
          if (steps.incrementAndGet() > PLANS.size() + 2) {
            throw new TimeoutException("two batches are enough");
          }
        };
    assertThatThrownBy(() -> Training.fineTune(MODEL, PLANS, FINE_TUNING, fewSteps))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void refusesTooFewStatements() {
    assertThatThrownBy(
            () -> Training.train(PLANS.subList(0, 3), List.of(), TrainingOptions.standard()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too few");
  }

  @Test
  void samePlansAndSeedGiveTheSameModel() {
    var some = PLANS.subList(0, 100);
    var options = TrainingOptions.standard().withEpochs(1);
    var once = Training.train(some, List.of(), options);
    var again = Training.train(some, List.of(), options);
    var plan = PLANS.getLast().plan();
    double expected = once.predict(plan).planMs();
    assertThat(again.predict(plan).planMs()).isCloseTo(expected, within(1e-3 * expected));
  }

  private static ObservedPlan withTime(ObservedPlan plan, double ms) {
    return new ObservedPlan(plan.database(), plan.statement(), plan.plan(), ms);
  }

  private static double meanError(LatencyModel model, List<ObservedPlan> plans) {
    return plans.stream()
        .mapToDouble(
            plan -> Math.abs(Math.log(model.predict(plan.plan()).planMs() / plan.observedMs())))
        .average()
        .orElseThrow();
  }
}
