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

/** The operator as a child process. It ends with the demo, whatever happens. */
public final class OperatorProcess implements AutoCloseable {
  private static final Duration TO_END_BY_ITSELF = Duration.ofSeconds(5);

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
   * @param log receives what it prints on its error output
   * @param lines receives each line that it prints on its standard output, in order, from a thread
   *     of its own
   */
  public static OperatorProcess start(List<String> command, Path log, Consumer<String> lines)
      throws IOException {
    var process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectError(log.toFile())
            .start();
    var reader =
        Thread.ofVirtual()
            .name("operator-output")
            .start(() -> {
              try (var output = process.inputReader()) {
                output.lines().forEach(lines);
              } catch (IOException | UncheckedIOException e) {
                // The pipe breaks when the process is ended from outside; its exit code tells.
                return;
              }
            });
    return new OperatorProcess(process, log, reader);
  }

  /**
   * Waits until it has ended and all that it printed was read.
   *
   * @return its exit code; empty if it still runs
   */
  public OptionalInt waitFor(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      return OptionalInt.empty();
    }
    reader.join(TO_END_BY_ITSELF);
    return OptionalInt.of(process.exitValue());
  }

  /** What it has printed on its error output. */
  public List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(TO_END_BY_ITSELF.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
