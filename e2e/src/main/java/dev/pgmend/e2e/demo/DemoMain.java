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
      "Starts a real Postgres, loads a shop into it, sends it a steady workload, breaks five"
          + " things, and lets the operator find, mend and verify them before your eyes.",
      "Nothing outside a temporary directory is touched, and nothing is left behind."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every fault was found, mended and verified; no request failed; no row was lost",
      "1:not so; the last lines say what went wrong",
      "2:the command line is wrong, or the operator is not built"
    })
public final class DemoMain implements Callable<Integer> {
  /** System property that says where the operator's jar is. */
  static final String OPERATOR_JAR = "pgmend.operator.jar";

  private static final Path DEFAULT_OPERATOR_JAR =
      Path.of("operator", "target", "quarkus-app", "quarkus-run.jar");
  private static final double SMALLEST_SCALE = 0.025;
  private static final double LARGEST_SCALE = 1;
  private static final int LOG_LINES = 20;
  private static final Duration MEASURE = Duration.ofSeconds(8);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

  @Option(names = "--json", description = "Print one JSON object per line; the last is the result.")
  private boolean json;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      defaultValue = "0.05",
      description = "TPC-H scale factor, ${DEFAULT-VALUE} by default; from 0.025 to 1.")
  private double scale;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Seed of the data and of the workload, ${DEFAULT-VALUE} by default.")
  private long seed;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Let the operator work in this Kubernetes cluster instead of an API in its own process.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--keep",
      description = "Leave the server running at the end, until Enter or Ctrl-C.")
  private boolean keep;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
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

  /** What is being started at this moment is stopped by the main thread: so wait for it. */
  private void stop(Demo demo, View view) {
    interrupted.set(true);
    demo.close();
    view.close();
    try {
      if (!done.await(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("The demo did not stop in time; something of it may be left");
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
        System.err.println("The demo could not go on: " + e.getMessage());
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

  /** At the end of the input there is no Enter to come: then only a signal ends it. */
  private static void waitForEnter(Login owner) throws IOException {
    System.err.println("The server still runs: psql " + owner.url());
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
      throw wrong("There is no operator at %s; build it first: ./pgmend does".formatted(jar));
    }
    return manifests -> OperatorCommand.run(jar, manifests, Optional.ofNullable(kubeconfig));
  }

  private double checkedScale() {
    if (scale < SMALLEST_SCALE || scale > LARGEST_SCALE) {
      throw wrong(
          "--scale must be from %s to %s: below, the tables are too small for pgmend to care"
              .formatted(SMALLEST_SCALE, LARGEST_SCALE));
    }
    return scale;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(
        spec == null ? new CommandLine(this) : spec.commandLine(), message);
  }
}
