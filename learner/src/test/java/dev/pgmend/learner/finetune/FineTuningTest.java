// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.fitting.HeadTuner;
import dev.pgmend.learner.model.fitting.Pace;
import dev.pgmend.learner.model.fitting.Tuner;
import dev.pgmend.learner.sona.LoraSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FineTuningTest {
  private static final LatencyModel MODEL = LatencyModel.bundled();
  private static final FineTuning.Serving SERVING =
      new FineTuning.Serving(
          MODEL, Mechanism.ENSEMBLE, LoraSettings.forHidden(MODEL.weights().shape().hidden()));

  private final SettableClock clock = new SettableClock();
  private final List<Contender> adopted = new ArrayList<>();
  private final FineTuning tuning = new FineTuning(() -> Tuners.available(2000, false), clock);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void keepsFittedWeightsThatPredictSlowJoinsBetter(long seed) throws InterruptedException {
    attempt(new SlowJoins(5, 0.1, seed));

    var status = tuning.status();
    assertThat(status.errorAfter()).isLessThan(0.9 * status.errorBefore());
    assertThat(adopted).hasSize(1);
    assertThat(status.kept()).isEqualTo(1);
    assertThat(status.dropped()).isZero();
    assertThat(status.device()).isEqualTo("cpu");
    assertThat(adopted.getFirst().model().weights().fingerprint())
        .isNotEqualTo(MODEL.weights().fingerprint());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void dropsWeightsFittedToNoise(long seed) throws InterruptedException {
    attempt(new SlowJoins(1, 0.7, seed));

    assertThat(adopted).isEmpty();
    assertThat(tuning.status().started()).isEqualTo(1);
    assertThat(tuning.status().dropped()).isEqualTo(1);
  }

  @Test
  void startsOnlyAfterEnoughStatementsAndTime() throws InterruptedException {
    var trajectories = new SlowJoins(5, 0.1, 1).run(2);
    clock.pass(FineTuning.PERIOD);
    trajectories.subList(0, FineTuning.ENOUGH - 1).forEach(tuning::observe);
    assertThat(start()).isFalse();

    trajectories.forEach(tuning::observe);
    assertThat(start()).isTrue();
    tuning.await();
    trajectories.forEach(tuning::observe);
    assertThat(start()).isFalse();

    clock.pass(FineTuning.PERIOD);
    assertThat(start()).isTrue();
    tuning.await();
  }

  @Test
  void doesNotStartForFewStatementsHoweverFrequent() {
    clock.pass(FineTuning.PERIOD);
    new SlowJoins(5, 0.1, 1).run(100).subList(0, 1000).forEach(tuning::observe);
    assertThat(start()).isFalse();
  }

  @Test
  void closeEndsAnAttemptWithinTwoSeconds() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var endless = new FineTuning(() -> List.of(new EndlessTuner(begun)), clock);
    new SlowJoins(5, 0.1, 1).run(5).forEach(endless::observe);
    clock.pass(FineTuning.PERIOD);
    assertThat(endless.startIfDue(SERVING, adopted::add)).isTrue();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

    long begin = System.nanoTime();
    endless.close();

    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(2));
    assertThat(endless.status().dropped()).isEqualTo(1);
    assertThat(endless.startIfDue(SERVING, adopted::add)).isFalse();
  }

  @Test
  void missingLibrariesLeaveTheWeightsUnchanged() throws InterruptedException {
    var without =
        new FineTuning(
            () -> {
              throw new UnsatisfiedLinkError("no such library");
            },
            clock);
    new SlowJoins(5, 0.1, 1).run(5).forEach(without::observe);
    clock.pass(FineTuning.PERIOD);
    assertThat(without.startIfDue(SERVING, adopted::add)).isTrue();
    without.await();
    assertThat(adopted).isEmpty();
    assertThat(without.status().dropped()).isEqualTo(1);
  }

  @Test
  void dropsWeightsThatCannotBeSaved() throws InterruptedException {
    new SlowJoins(5, 0.1, 1).run(5).forEach(tuning::observe);
    clock.pass(FineTuning.PERIOD);
    tuning.startIfDue(
        SERVING,
        _ -> {
          throw new IOException("disk full");
        });
    tuning.await();
    assertThat(tuning.status().kept()).isZero();
    assertThat(tuning.status().dropped()).isEqualTo(1);
  }

  @Test
  void fittingTheOutputLayerKeepsEmbeddings() throws Exception {
    var experience = new Experience();
    new SlowJoins(5, 0.1, 1).run(1).forEach(experience::add);
    var tuned = new HeadTuner(0.1).tune(MODEL, experience.plans(), Pace.FREE);
    for (var plan : experience.plans()) {
      assertThat(tuned.predict(plan.plan()).embedding())
          .isEqualTo(MODEL.predict(plan.plan()).embedding());
    }
  }

  private void attempt(SlowJoins cluster) throws InterruptedException {
    cluster.run(5).forEach(tuning::observe);
    clock.pass(FineTuning.PERIOD);
    assertThat(start()).isTrue();
    tuning.await();
  }

  private boolean start() {
    return tuning.startIfDue(SERVING, adopted::add);
  }

  private record EndlessTuner(CountDownLatch begun) implements Tuner {
    @Override
    public String device() {
      return "cpu";
    }

    @Override
    public LatencyModel tune(
        LatencyModel model, List<dev.pgmend.learner.model.ObservedPlan> plans, Pace pace)
        throws InterruptedException, java.util.concurrent.TimeoutException {
      while (true) {
        pace.step();
        begun.countDown();
      }
    }
  }
}
