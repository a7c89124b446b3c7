package dev.pgmend.e2e.kubernetes;

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
 * The command that users have.
 *
 * @param program where it is
 */
public record Kubectl(Path program, Path kubeconfig) {

  /** The one on the PATH, if there is one. */
  public static Optional<Kubectl> find(Path kubeconfig) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "kubectl"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Kubectl(program, kubeconfig));
  }

  /**
   * Runs it.
   *
   * @return what it printed
   * @throws IOException if it fails, with what it said
   */
  public String run(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of(program.toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      var said = output.readAllAsString();
      if (process.waitFor() != 0) {
        throw new IOException("kubectl %s failed: %s".formatted(String.join(" ", arguments), said));
      }
      return said;
    }
  }
}
