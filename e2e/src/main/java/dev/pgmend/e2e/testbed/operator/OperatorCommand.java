package dev.pgmend.e2e.testbed.operator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the operator is called: as a user calls {@code pgmend run}. */
public final class OperatorCommand {
  private OperatorCommand() {}

  /**
   * The command line of an operator that ends when there is nothing left to do.
   *
   * @param jar of the operator
   * @param kubeconfig of the cluster that it is to work in; empty for an API inside its own process
   */
  public static List<String> run(Path jar, Path manifests, Optional<Path> kubeconfig) {
    var command = new ArrayList<>(watch(jar, manifests, kubeconfig));
    command.add("--once");
    return List.copyOf(command);
  }

  /** The command line of an operator that goes on until it is stopped. */
  public static List<String> watch(Path jar, Path manifests, Optional<Path> kubeconfig) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-modules=jdk.incubator.vector",
                "-jar",
                jar.toString(),
                "run",
                "--manifests",
                manifests.toString(),
                "--json"));
    kubeconfig.ifPresent(file -> command.addAll(List.of("--kubeconfig", file.toString())));
    return List.copyOf(command);
  }
}
