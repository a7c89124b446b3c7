package dev.pgmend.learner.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.learner.model.LeftOutPlans;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.workload.Statement;
import dev.pgmend.learner.workload.StatementLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
  void twoHundredObservedStatementsLowerTheErrorOnThoseThatFollow(int seed) {
    var plans = new ArrayList<>(LeftOutPlans.read());
    Collections.shuffle(plans, new Random(seed));
    var learning = Learning.untaught();
    var before = medianError(learning, plans.subList(OBSERVED, plans.size()));

    plans.subList(0, OBSERVED).forEach(plan -> observe(learning, plan));

    assertThat(medianError(learning, plans.subList(OBSERVED, plans.size()))).isLessThan(before);
    assertThat(learning.medianError()).isPositive();
  }

  @Test
  void whatWasLearnedIsThereAfterARestart(@TempDir Path directory) {
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
  void aDamagedFileIsSetAsideAndLearningBeginsAnew(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("learned.bin"), "no such thing");

    var learning = Learning.open(settings(directory));

    assertThat(learning.times().of(LeftOutPlans.read().getFirst().plan()).source())
        .isEqualTo("model");
    assertThat(directory.resolve("learned.bin.damaged")).exists();
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

  /** Of the logarithm of the plan's time. */
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
