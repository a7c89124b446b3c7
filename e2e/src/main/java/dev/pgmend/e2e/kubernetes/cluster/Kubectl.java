// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The command kubectl.
 *
 * @param program path of the executable
 */
public record Kubectl(Path program, Path kubeconfig) {

  /** Finds kubectl on the PATH. */
  public static Optional<Kubectl> find(Path kubeconfig) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "kubectl"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Kubectl(program, kubeconfig));
  }

  /**
   * Runs kubectl.
   *
   * @return its output
   * @throws IOException if it fails, with its output
   */
  public String run(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of(program.toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      var printed = output.readAllAsString();
      if (process.waitFor() != 0) {
        throw new IOException(
            "kubectl %s failed: %s".formatted(String.join(" ", arguments), printed));
      }
      return printed;
    }
  }
}
