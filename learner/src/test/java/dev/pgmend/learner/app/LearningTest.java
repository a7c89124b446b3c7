// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.learner.finetune.SettableClock;
import dev.pgmend.learner.finetune.SlowJoins;
import dev.pgmend.learner.finetune.Tuners;
import dev.pgmend.learner.finetune.WeightsFile;
import dev.pgmend.learner.model.LeftOutPlans;
import dev.pgmend.learner.model.ModelWeights;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.sona.Trajectory;
import dev.pgmend.learner.workload.Statement;
import dev.pgmend.learner.workload.StatementLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningTest {
  private static final int OBSERVED = 200;

  /** A server three times as slow as those that the model was trained on. */
  private static final double SLOWER = 3;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void twoHundredStatementsLowerTheErrorOnTheNext(int seed) {
    var plans = new ArrayList<>(LeftOutPlans.read());
    Collections.shuffle(plans, new Random(seed));
    var learning = Learning.untaught();
    var before = medianError(learning, plans.subList(OBSERVED, plans.size()));

    plans.subList(0, OBSERVED).forEach(plan -> observe(learning, plan));

    assertThat(medianError(learning, plans.subList(OBSERVED, plans.size()))).isLessThan(before);
    assertThat(learning.medianError()).isPositive();
  }

  @Test
  void restoresLearnedStateAfterARestart(@TempDir Path directory) {
    var plans = LeftOutPlans.read();
    var learning = Learning.open(settings(directory));
    plans.subList(0, OBSERVED).forEach(plan -> observe(learning, plan));
    learning.save();

    var again = Learning.open(settings(directory));

    // By the mechanism that served best for each, as well as by the adaptation.
    for (var each : plans) {
      assertThat(again.times().of(each.plan()).selfMs())
          .isEqualTo(learning.times().of(each.plan()).selfMs());
    }
    var plan = plans.getLast().plan();
    assertThat(again.times().of(plan).selfMs())
        .isNotEqualTo(Learning.untaught().times().of(plan).selfMs());
  }

  @Test
  void setsADamagedFileAsideAndRestartsLearning(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("learned.bin"), "no such thing");

    var learning = Learning.open(settings(directory));

    assertThat(learning.times().of(LeftOutPlans.read().getFirst().plan()).source())
        .isEqualTo("model");
    assertThat(directory.resolve("learned.bin.damaged")).exists();
  }

  @Test
  void usesFittedWeightsAndRestoresThemAfterARestart(@TempDir Path directory) {
    var cluster = new SlowJoins(5, 0.1, 1);
    var clock = new SettableClock();
    var learning = tuned(directory, clock, cluster);
    assertThat(learning.fineTuning().kept()).isEqualTo(1);
    learning.close();

    var again = Learning.open(settings(directory));

    var untaught = Learning.untaught();
    for (var each : cluster.run(1)) {
      assertThat(again.times().of(each.plan()).selfMs())
          .isEqualTo(learning.times().of(each.plan()).selfMs());
    }
    var plan = cluster.run(1).getLast().plan();
    assertThat(again.times().of(plan).selfMs()).isNotEqualTo(untaught.times().of(plan).selfMs());
  }

  @Test
  void setsUnreadableWeightsAsideAndUsesTheBundledOnes(@TempDir Path directory) throws IOException {
    tuned(directory, new SettableClock(), new SlowJoins(5, 0.1, 1)).close();
    Files.writeString(directory.resolve("model.bin"), "no such thing");

    var again = Learning.open(settings(directory));

    var plan = LeftOutPlans.read().getFirst().plan();
    assertThat(again.times().of(plan).selfMs())
        .isEqualTo(Learning.untaught().times().of(plan).selfMs());
    assertThat(directory.resolve("model.bin.damaged")).exists();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void revertsFittedWeightsThatDoWorseAfterwards(boolean restarted, @TempDir Path directory)
      throws IOException {
    var learning = tuned(directory, new SettableClock(), new SlowJoins(5, 0.1, 1));
    if (restarted) {
      learning.close();
      learning = Learning.open(settings(directory));
    }

    new SlowJoins(0.2, 0.1, 1).run(1).forEach(observeBy(learning));

    assertThat(learning.fineTuning().reverted()).isEqualTo(1);
    var bundled = ModelWeights.bundled();
    assertThat(new WeightsFile(directory, bundled).current().orElseThrow().fingerprint())
        .isEqualTo(bundled.fingerprint());
  }

  /** A Learning that has fitted its weights to the cluster. */
  private static Learning tuned(Path directory, SettableClock clock, SlowJoins cluster) {
    var learning = Learning.open(settings(directory), clock, () -> Tuners.available(2000, false));
    cluster.run(5).forEach(observeBy(learning));
    clock.pass(Duration.ofHours(1));
    learning.fineTuneIfDue();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> learning.fineTuning().kept() + learning.fineTuning().dropped() == 1);
    return learning;
  }

  private static Consumer<Trajectory> observeBy(Learning learning) {
    return each ->
        learning.observed(
            each.plan(),
            new StatementLoad(
                new Statement(each.queryId(), "shop", "SELECT"), 10, 10 * each.observedMs(), 1, 1));
  }

  private static LearnerSettings settings(Path directory) {
    return new LearnerSettings(
        LearnerSpec.DEFAULTS, PgClusterSpec.Databases.ALL, Optional.of(directory));
  }

  private static void observe(Learning learning, ObservedPlan plan) {
    learning.observed(
        plan.plan(),
        new StatementLoad(
            new Statement(plan.statement().hashCode(), "shop", plan.statement()),
            10,
            10 * SLOWER * plan.observedMs(),
            10,
            1));
  }

  /** The error of the logarithm of the plan's time. */
  private static double medianError(Learning learning, List<ObservedPlan> plans) {
    var errors =
        plans.stream()
            .mapToDouble(plan -> {
              var ms = Arrays.stream(learning.times().of(plan.plan()).selfMs()).sum();
              return Math.abs(Math.log(ms / (SLOWER * plan.observedMs())));
            })
            .sorted()
            .toArray();
    return errors[errors.length / 2];
  }
}
