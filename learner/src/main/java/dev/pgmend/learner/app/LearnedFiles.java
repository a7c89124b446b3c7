// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.learner.finetune.WeightsFile;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ModelWeights;
import dev.pgmend.learner.sona.LearnedState;
import dev.pgmend.learner.sona.LoraSettings;
import dev.pgmend.learner.sona.MicroLora;
import dev.pgmend.learner.sona.ReasoningBank;
import dev.pgmend.learner.sona.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of what was learned. Without a directory nothing is kept. */
final class LearnedFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LearnedFiles.class);

  private final LatencyModel bundled = LatencyModel.bundled();
  private final Optional<StateFile> state;
  private final Optional<WeightsFile> weights;

  LearnedFiles(Optional<Path> directory) {
    state = directory.map(in -> new StateFile(in.resolve("learned.bin")));
    weights = directory.map(in -> new WeightsFile(in, bundled.weights()));
  }

  /**
   * Loads what was learned before, if anything.
   *
   * @param before the previous model, while it is still compared with the current one
   */
  record Found(ModelBase base, Optional<ModelBase> before, LearnedState state) {}

  Found load(LearnerSpec spec) {
    var model = weights.flatMap(WeightsFile::current).map(LatencyModel::new).orElse(bundled);
    var base = new ModelBase(model, spec.advancedOrDefault().attentionOrDefault());
    var lora = settings(base.hidden(), spec.advancedOrDefault().microLoraRankOrDefault());
    var found =
        state
            .flatMap(LearnedFiles::load)
            .map(before -> before.forModel(base.name(), lora, new SplittableRandom(1)))
            .orElseGet(() -> fresh(base, lora));
    boolean isOnTrial = found.counters().getOrDefault(LearnedState.ON_TRIAL, 0L) > 0;
    var before =
        weights
            .filter(_ -> isOnTrial)
            .flatMap(WeightsFile::previous)
            .map(one -> base.with(new LatencyModel(one)));
    return new Found(base, before, found);
  }

  void save(LearnedState learned) {
    state.ifPresent(file -> {
      try {
        file.save(learned);
      } catch (IOException e) {
        LOG.warn("Cannot save the learned state; the previously saved state remains", e);
      }
    });
  }

  /** See {@link WeightsFile#replace}. */
  void replaceWeights(ModelWeights others, ModelWeights by) throws IOException {
    if (weights.isPresent()) {
      weights.get().replace(others, by);
    }
  }

  /** See {@link WeightsFile#restore}. */
  void restoreWeights(ModelWeights before) throws IOException {
    if (weights.isPresent()) {
      weights.get().restore(before);
    }
  }

  private static LearnedState fresh(ModelBase base, LoraSettings lora) {
    return new LearnedState(
        base.name(),
        new MicroLora(lora, new SplittableRandom(1)),
        new ReasoningBank(base.hidden(), Learning.CLUSTER.size()),
        Map.of(),
        Map.of());
  }

  private static LoraSettings settings(int hidden, int rank) {
    var usual = LoraSettings.forHidden(hidden);
    return new LoraSettings(
        usual.hidden(),
        rank,
        usual.scale(),
        usual.learningRate(),
        usual.weightDecay(),
        usual.clip(),
        usual.huberDelta());
  }

  private static Optional<LearnedState> load(StateFile file) {
    try {
      return switch (file.load()) {
        case StateFile.Loaded.Restored restored -> Optional.of(restored.state());
        case StateFile.Loaded.Absent _ -> Optional.empty();
        case StateFile.Loaded.Damaged damaged -> {
          LOG.warn(
              "Cannot use the learned state; learning restarts: reason=\"{}\" keptAt={}",
              damaged.reason(),
              damaged.keptAt());
          yield Optional.empty();
        }
      };
    } catch (IOException e) {
      LOG.warn("Cannot read the learned state; learning restarts", e);
      return Optional.empty();
    }
  }
}
