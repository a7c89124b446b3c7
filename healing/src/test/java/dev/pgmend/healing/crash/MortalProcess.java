package dev.pgmend.healing.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;

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
   * Starts processes and kills them until each order has ended.
   *
   * @return how many were killed
   */
  static int liveAndDie(Path directory) throws IOException {
    int kills = 0;
    for (var waiting = unfinished(directory); !waiting.isEmpty(); waiting = unfinished(directory)) {
      kills += oneLife(directory, waiting.size());
    }
    return kills;
  }

  private static int oneLife(Path directory, int orders) throws IOException {
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
    try (var said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < orders; i++) {
        if (said.readLine() == null) {
          throw new IOException("The process ended by itself: " + process.onExit().join());
        }
      }
    } finally {
      process.destroyForcibly().onExit().join();
    }
    return process.exitValue() == 128 + 9 ? 1 : 0;
  }

  private static void carryOut(Path directory) {
    var name = directory.getFileName();
    var journal =
        new MortalJournal(directory, place -> System.out.println(name + " dies at " + place));
    var result = Order.read(directory.resolve(ORDER)).carryOut(journal);
    try {
      Files.writeString(directory.resolve(RESULT), result.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println(name + " ends: " + result);
  }

  private static List<Path> unfinished(Path directory) {
    try (var orders = Files.list(directory)) {
      return orders.filter(order -> !Files.exists(order.resolve(RESULT))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
