// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command line of the operator, as a user would call {@code pgmend run}. */
public final class OperatorCommand {
  private OperatorCommand() {}

  /**
   * An operator that ends when there is nothing left to do.
   *
   * @param jar of the operator
   * @param kubeconfig of the cluster to manage; empty for an API inside the operator's process
   */
  public static List<String> run(Path jar, Path manifests, Optional<Path> kubeconfig) {
    var command = new ArrayList<>(watch(jar, manifests, kubeconfig));
    command.add("--once");
    return List.copyOf(command);
  }

  /** An operator that runs until it is stopped. */
  public static List<String> watch(Path jar, Path manifests, Optional<Path> kubeconfig) {
    var command = java(jar);
    command.addAll(List.of("--manifests", manifests.toString(), "--json"));
    kubeconfig.ifPresent(file -> command.addAll(List.of("--kubeconfig", file.toString())));
    return List.copyOf(command);
  }

  /** An operator that manages a cluster until it is stopped, with HTTP on any free port. */
  public static List<String> inCluster(Path jar, Path kubeconfig) {
    var command = java(jar);
    command.addAll(List.of("--kubeconfig", kubeconfig.toString(), "--http-port", "0"));
    return List.copyOf(command);
  }

  private static List<String> java(Path jar) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-modules=jdk.incubator.vector",
            "-jar",
            jar.toString(),
            "run"));
  }
}
