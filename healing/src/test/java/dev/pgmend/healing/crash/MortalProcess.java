// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.crash;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Carries out all orders of a directory at once, each up to where it is to die. When all have come
 * to such a place or to their end, the process gets SIGKILL: one death for all of them, since each
 * life costs the start of a Java machine.
 */
public final class MortalProcess {
  private static final String ORDER = "order";
  private static final String RESULT = "result";

  private MortalProcess() {}

  /**
   * @param arguments the directory, which has one for each order
   */
  public static void main(String[] arguments) {
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var directory : unfinished(Path.of(arguments[0]))) {
        tasks.execute(() -> carryOut(directory));
      }
    }
  }

  /** Leaves an order for the next process; the journal stays if there was one before. */
  static void leave(Path directory, Order order) throws IOException {
    Files.createDirectories(directory);
    Files.deleteIfExists(directory.resolve(RESULT));
    order.write(directory.resolve(ORDER));
  }

  /** How an order ended, as text; empty if it has not. */
  static String result(Path directory) throws IOException {
    var file = directory.resolve(RESULT);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /**
   * Starts a process and kills it when each order has come to its end or to where it is to die.
   *
   * @param runs whether the statement of an order runs in the server and does not end by itself
   */
  static void liveAndDie(Path directory, Predicate<String> runs) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MortalProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var waiting = unfinished(directory).stream().map(MortalProcess::nameOf).toList();
    var said = ConcurrentHashMap.<String>newKeySet();
    var reader = Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(said::add));
    try {
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(20))
          .until(() ->
              !reader.isAlive()
                  || waiting.stream().allMatch(name -> said.contains(name) || runs.test(name)));
      if (!waiting.stream().allMatch(name -> said.contains(name) || runs.test(name))) {
        throw new IllegalStateException(
            "A process ended by itself; of %s said: %s".formatted(waiting, said));
      }
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private static void carryOut(Path directory) {
    var name = nameOf(directory);
    var journal = new MortalJournal(directory, _ -> System.out.println(name));
    var result = Order.read(directory.resolve(ORDER)).carryOut(journal);
    try {
      Files.writeString(directory.resolve(RESULT), result.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println(name);
  }

  private static String nameOf(Path directory) {
    return directory.getFileName().toString();
  }

  /** The directories of the orders that have not ended. */
  static List<Path> unfinished(Path directory) {
    try (var orders = Files.list(directory)) {
      return orders.filter(order -> !Files.exists(order.resolve(RESULT))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
