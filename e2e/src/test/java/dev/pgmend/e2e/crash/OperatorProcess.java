package dev.pgmend.e2e.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operator as users run it, in a process of its own, which can be killed. */
final class OperatorProcess {
  private static final Path JAR =
      Path.of(
          System.getProperty(
              "pgmend.operator.jar", "../operator/target/quarkus-app/quarkus-run.jar"));

  private final Process process;

  private OperatorProcess(Process process) {
    this.process = process;
  }

  /**
   * @param log what it has to say is added to this file
   */
  static OperatorProcess start(Path kubeconfig, Path log) {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(
          JAR.toAbsolutePath() + " is missing; build the operator first");
    }
    try {
      return new OperatorProcess(
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "--enable-native-access=ALL-UNNAMED",
                      "--sun-misc-unsafe-memory-access=allow",
                      "-jar",
                      JAR.toString(),
                      "run",
                      "--kubeconfig",
                      kubeconfig.toString(),
                      "--http-port",
                      "0"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL: it gets no word in any more. Returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM, as Kubernetes ends a pod. Returns when it is gone, which must not take long. */
  void stop() {
    process.destroy();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
