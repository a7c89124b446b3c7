// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The operator in a child process. */
public final class OperatorProcess implements AutoCloseable {
  private static final Duration MAX_SHUTDOWN = Duration.ofSeconds(5);

  private final Process process;
  private final Path log;
  private final Thread reader;

  private OperatorProcess(Process process, Path log, Thread reader) {
    this.process = process;
    this.log = log;
    this.reader = reader;
  }

  /**
   * Starts it.
   *
   * @param log its standard error is appended to this file
   * @param lines receives each line of its standard output, in order, from a thread of its own
   */
  public static OperatorProcess start(List<String> command, Path log, Consumer<String> lines)
      throws IOException {
    var process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    var reader =
        Thread.ofVirtual()
            .name("operator-output")
            .start(() -> {
              try (var output = process.inputReader()) {
                output.lines().forEach(lines);
              } catch (IOException | UncheckedIOException e) {
                // The pipe breaks when the process is killed. Its exit code shows that.
                return;
              }
            });
    return new OperatorProcess(process, log, reader);
  }

  /**
   * Waits until the process has ended and its output was read.
   *
   * @return its exit code; empty if it is still running
   */
  public OptionalInt waitFor(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      return OptionalInt.empty();
    }
    reader.join(MAX_SHUTDOWN);
    return OptionalInt.of(process.exitValue());
  }

  /** The lines of its standard error. */
  public List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the process (SIGKILL) and returns when it has ended. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /**
   * Stops the process (SIGTERM) as Kubernetes stops a pod.
   *
   * @throws java.util.concurrent.CompletionException if it has not ended in time
   */
  public void stop(Duration atMost) {
    process.destroy();
    process.onExit().orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(MAX_SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
