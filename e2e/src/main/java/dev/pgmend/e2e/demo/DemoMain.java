// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo;

import dev.pgmend.e2e.demo.story.Story;
import dev.pgmend.e2e.demo.story.View;
import dev.pgmend.e2e.demo.view.JsonView;
import dev.pgmend.e2e.demo.view.LiveView;
import dev.pgmend.e2e.demo.view.PlainView;
import dev.pgmend.e2e.testbed.operator.OperatorCommand;
import dev.pgmend.e2e.testbed.shop.Login;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pgmend demo}. */
@Command(
    name = "pgmend demo",
    description = {
      "Starts a real Postgres with a shop's database and a steady workload, injects five faults,"
          + " and shows how the operator finds, repairs and verifies them.",
      "It writes only to a temporary directory, which it removes at the end."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every fault was found, repaired and verified; no request failed; no row was lost",
      "1:a check failed; the last lines show which",
      "2:the command line is wrong, or the operator is not built"
    })
public final class DemoMain implements Callable<Integer> {
  /** System property with the path of the operator's jar. */
  static final String OPERATOR_JAR = "pgmend.operator.jar";

  private static final Path DEFAULT_OPERATOR_JAR =
      Path.of("operator", "target", "quarkus-app", "quarkus-run.jar");
  private static final double MIN_SCALE = 0.025;
  private static final double MAX_SCALE = 1;
  private static final int LOG_LINES = 20;
  private static final Duration MEASURE = Duration.ofSeconds(8);
  private static final Duration MAX_STOP = Duration.ofSeconds(20);

  @Option(names = "--json", description = "Print one JSON object per line; the last is the result.")
  private boolean json;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      defaultValue = "0.05",
      description = "TPC-H scale factor, from 0.025 to 1. Default: ${DEFAULT-VALUE}.")
  private double scale;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Seed of the data and of the workload. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Use this Kubernetes cluster instead of an API inside the operator's process.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--keep",
      description = "Keep the server running at the end, until Enter or Ctrl-C.")
  private boolean keep;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);

  /** Runs the command and exits. */
  public static void main(String... args) {
    System.exit(new CommandLine(new DemoMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    var options = new DemoOptions(checkedScale(), seed, MEASURE, operator());
    try (var view = view();
        var demo = new Demo(options, new Story(view, InstantSource.system()))) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(demo, view)));
      return run(demo, view);
    } finally {
      done.countDown();
    }
  }

  /** The main thread stops what it is just starting, so wait for it. */
  private void stop(Demo demo, View view) {
    interrupted.set(true);
    demo.close();
    view.close();
    try {
      if (!done.await(MAX_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("the demo did not stop in time; processes or files may be left behind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int run(Demo demo, View view) throws IOException {
    try {
      var ended = demo.run();
      view.result(ended.result());
      if (!ended.result().ok()) {
        printOperatorLog(demo);
      }
      if (keep) {
        waitForEnter(ended.owner());
      }
      return ended.result().ok() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommandLine.ExitCode.SOFTWARE;
    } catch (SQLException | IOException e) {
      if (!interrupted.get()) {
        view.close();
        System.err.println("the demo failed: " + e.getMessage());
        printOperatorLog(demo);
      }
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private static void printOperatorLog(Demo demo) {
    var log = demo.operatorLog();
    if (!log.isEmpty()) {
      System.err.println("The end of the operator's log:");
      log.stream()
          .skip(Math.max(0, log.size() - LOG_LINES))
          .forEach(line -> System.err.println("  " + line));
    }
  }

  /** If the input has ended, only a signal can stop the server. */
  private static void waitForEnter(Login owner) throws IOException {
    System.err.println("The server is still running: psql " + owner.url());
    System.err.println("Press Enter to stop it.");
    int read = System.in.read();
    while (read >= 0 && read != '\n') {
      read = System.in.read();
    }
    while (read < 0) {
      LockSupport.park(owner);
    }
  }

  private View view() throws IOException {
    if (json) {
      return new JsonView(System.out);
    }
    return isTerminal() ? new LiveView() : new PlainView(System.out);
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        && System.getenv("NO_COLOR") == null
        && !"dumb".equals(System.getenv("TERM"));
  }

  private Function<Path, List<String>> operator() {
    var jar = Path.of(System.getProperty(OPERATOR_JAR, DEFAULT_OPERATOR_JAR.toString()));
    if (!Files.isRegularFile(jar)) {
      throw wrong("the operator is missing at %s; ./pgmend builds it".formatted(jar));
    }
    return manifests -> OperatorCommand.run(jar, manifests, Optional.ofNullable(kubeconfig));
  }

  private double checkedScale() {
    if (scale < MIN_SCALE || scale > MAX_SCALE) {
      throw wrong(
          "--scale must be from %s to %s: smaller tables are below pgmend's thresholds"
              .formatted(MIN_SCALE, MAX_SCALE));
    }
    return scale;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(
        spec == null ? new CommandLine(this) : spec.commandLine(), message);
  }
}
