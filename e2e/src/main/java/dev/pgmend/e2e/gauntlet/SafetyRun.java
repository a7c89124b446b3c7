// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs the safety trials on one version of Postgres, each on a fresh server. */
final class SafetyRun {
  private final int major;
  private final Path directory;
  private final Function<Path, List<String>> operator;
  private final Consumer<String> progress;

  /**
   * @param operator the command that runs the operator on a directory of manifests
   * @param progress receives progress messages for people
   */
  SafetyRun(
      int major, Path directory, Function<Path, List<String>> operator, Consumer<String> progress) {
    this.major = major;
    this.directory = directory;
    this.operator = operator;
    this.progress = progress;
  }

  SafetyOutcome run(SafetyTrial trial) throws InterruptedException {
    var postgres = Integer.toString(major);
    var obstacle = trial.impossible();
    if (obstacle.isPresent()) {
      return SafetyOutcome.skipped(postgres, trial, obstacle.get());
    }
    progress.accept("Postgres %d: %s".formatted(major, trial.name()));
    var begin = System.nanoTime();
    try {
      var own = Files.createDirectories(directory.resolve(trial.name()));
      try (var environment =
          TrialEnvironment.open(major, own, directory.resolve("programs"), operator)) {
        var result = environment.closeShop(trial.attempt(environment));
        return SafetyOutcome.of(postgres, trial, result, secondsSince(begin));
      }
    } catch (IOException | SQLException e) {
      return SafetyOutcome.broken(postgres, trial, e, secondsSince(begin));
    }
  }

  private static double secondsSince(long nanos) {
    return Math.round((System.nanoTime() - nanos) / 1e8) / 10.0;
  }
}
