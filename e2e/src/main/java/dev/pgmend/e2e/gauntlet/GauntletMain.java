// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.e2e.testbed.operator.OperatorCommand;
import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pgmend gauntlet}. */
@Command(
    name = "pgmend gauntlet",
    description = {
      "Injects every fault that pgmend claims to find into a real Postgres under load, one after"
          + " the other, and checks what the operator does: it finds the fault and nothing else,"
          + " repairs it and measures the effect; no request fails and no row is lost.",
      "Then it runs the safety trials: each tries, on a fresh server, one way in which pgmend"
          + " could do harm.",
      "While a fault exists, other tools are asked about it, by the rules that they publish.",
      "Prints a Markdown table of each. Nothing outside a temporary directory is touched."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every fault was found, every repairable one was repaired, and every safety trial passed",
      "1:a check failed; the lines that begin with ! name it",
      "2:the command line is wrong, or the operator is not built"
    })
public final class GauntletMain implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ArgGroup private Servers servers = new Servers();

  /** Either of them. */
  private static final class Servers {
    @Option(
        names = "--embedded",
        paramLabel = "MAJOR",
        split = ",",
        description = "Major versions of Postgres to start here. Default: 15,17,18.")
    private List<Integer> majors = List.of(15, 17, 18);

    @Option(
        names = "--postgres",
        paramLabel = "URL",
        description = {
          "A server reserved for the gauntlet: postgresql://superuser:password@host:5432/postgres."
              + " It is refused if it has other databases. The gauntlet creates a database and two"
              + " roles, removes them afterwards, and restores the settings. Safety trials and faults"
              + " that need the server's files are not run."
        })
    private @Nullable String postgres;
  }

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Run only these faults and trials. --list prints the names.")
  private List<String> only = List.of();

  @Option(names = "--at-once", description = "Inject all faults together, which is quicker.")
  private boolean atOnce;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "Seconds between two inspections while faults are injected. Default: ${DEFAULT-VALUE}.")
  private long interval;

  @Option(
      names = "--extensions",
      paramLabel = "DIR",
      description = {
        "Extensions to add to the embedded servers, such as pgvector:"
            + " DIR/MAJOR/lib/*.so and DIR/MAJOR/share/extension/*."
      })
  private @Nullable Path extensions;

  @Option(names = "--safety", description = "Run only the safety trials, no faults.")
  private boolean safety;

  @Option(
      names = "--list",
      description = "Print the names of the faults and of the safety trials, and exit.")
  private boolean list;

  @Option(
      names = "--json",
      description =
          "Print one JSON object per line: each fault, then each version, then each safety trial.")
  private boolean json;

  @Option(names = "--keep", description = "Keep the logs and print their directories.")
  private boolean keep;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  /** Runs the command and exits. */
  public static void main(String... args) {
    System.exit(new CommandLine(new GauntletMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    if (list) {
      faults().forEach(fault -> System.out.println(fault.detector()));
      trials().forEach(trial -> System.out.println(trial.name()));
      return CommandLine.ExitCode.OK;
    }
    checkNames();
    if (interval < 1) {
      throw wrong("--interval must be at least one second");
    }
    var command = operator();
    var given = given();
    var repaired = chosen().isEmpty() || faults(runs(given, command));
    var safe = given.isPresent() || chosenTrials().isEmpty() || trials(command);
    return repaired && safe ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** The server of {@code --postgres}, if the option was set and the server is suitable. */
  private Optional<Login> given() {
    if (servers.postgres == null) {
      return Optional.empty();
    }
    if (chosen().isEmpty()) {
      throw wrong("safety trials start servers of their own: omit --postgres");
    }
    try {
      var spec = ConnectionSpec.parse(servers.postgres);
      var login =
          new Login(spec.host(), spec.port(), spec.database(), spec.user(), spec.password());
      var obstacles = GivenServer.obstacles(login);
      if (!obstacles.isEmpty()) {
        throw wrong("%s cannot be used: %s".formatted(login, String.join("; ", obstacles)));
      }
      return Optional.of(login);
    } catch (PostgresConnectionException | SQLException e) {
      throw wrong("--postgres: " + e.getMessage());
    }
  }

  private List<ServerRun> runs(Optional<Login> given, Function<Path, List<String>> command)
      throws IOException, SQLException {
    if (given.isPresent()) {
      var login = given.get();
      var postgres = GivenServer.version(login);
      return List.of(run(postgres, directory(postgres), () -> GivenServer.open(login), command));
    }
    var runs = new ArrayList<ServerRun>();
    for (var major : servers.majors) {
      var postgres = Integer.toString(major);
      var directory = directory(postgres);
      var added = Optional.ofNullable(extensions).map(dir -> dir.resolve(postgres));
      var programs = directory.resolve("programs");
      runs.add(
          run(
              postgres,
              directory,
              () -> EmbeddedServer.start(major, directory, programs, added),
              command));
    }
    return runs;
  }

  private ServerRun run(
      String postgres,
      Path directory,
      ServerRun.Opening opening,
      Function<Path, List<String>> command) {
    var pace = new ServerRun.Pace(Duration.ofSeconds(interval), atOnce);
    return new ServerRun(postgres, directory, opening, command, pace, System.err::println);
  }

  /** Injects the faults; true if every check passed. */
  private boolean faults(List<ServerRun> runs)
      throws IOException, SQLException, InterruptedException {
    var table = new Table(System.out);
    if (!json) {
      table.begin();
    }
    var reports = new ArrayList<Report>();
    for (var run : runs) {
      reports.add(run.run(chosen(), json ? GauntletMain::print : table::row));
    }
    if (json) {
      reports.forEach(GauntletMain::print);
    } else {
      table.end(reports);
      new PeerTable(System.out).print(reports);
    }
    return reports.stream().allMatch(Report::ok);
  }

  /** Runs the safety trials; true if every trial passed. */
  private boolean trials(Function<Path, List<String>> command)
      throws IOException, InterruptedException {
    var table = new SafetyTable(System.out);
    if (!json) {
      System.out.println();
      table.begin();
    }
    var outcomes = new ArrayList<SafetyOutcome>();
    for (var major : servers.majors) {
      var directory = directory(Integer.toString(major));
      var run = new SafetyRun(major, directory, command, System.err::println);
      for (var trial : chosenTrials()) {
        var outcome = run.run(trial);
        outcomes.add(outcome);
        if (json) {
          print(outcome);
        } else {
          table.row(outcome);
        }
      }
    }
    if (!json) {
      table.end(outcomes);
    }
    return outcomes.stream().allMatch(SafetyOutcome::ok);
  }

  private Path directory(String postgres) throws IOException {
    var directory = Files.createTempDirectory("pgmend-gauntlet-");
    if (keep) {
      System.err.println("Postgres %s: logs in %s".formatted(postgres, directory));
    } else {
      AtExit.close(() -> delete(directory));
    }
    return directory;
  }

  private void checkNames() {
    var all =
        Stream.concat(
                faults().stream().map(Fault::detector), trials().stream().map(SafetyTrial::name))
            .toList();
    for (var name : only) {
      if (!all.contains(name)) {
        throw wrong("there is no fault or trial '%s'; --list prints the names".formatted(name));
      }
    }
    if (chosen().isEmpty() && chosenTrials().isEmpty()) {
      throw wrong("--safety excludes faults, and --only names no safety trial");
    }
  }

  /** New instances at each call, because a fault keeps what it opened. */
  private List<Fault> chosen() {
    return safety
        ? List.of()
        : faults().stream().filter(fault -> isChosen(fault.detector())).toList();
  }

  private List<SafetyTrial> chosenTrials() {
    return trials().stream().filter(trial -> isChosen(trial.name())).toList();
  }

  private boolean isChosen(String name) {
    return only.isEmpty() || only.contains(name);
  }

  private static List<SafetyTrial> trials() {
    return ServiceLoader.load(SafetyTrial.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(SafetyTrial::name))
        .toList();
  }

  private static List<Fault> faults() {
    return ServiceLoader.load(Fault.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Fault::detector))
        .toList();
  }

  private Function<Path, List<String>> operator() {
    var jar = Path.of(System.getProperty("pgmend.operator.jar", ""));
    if (!Files.isRegularFile(jar)) {
      throw wrong("the operator is missing at '%s'; ./pgmend builds it".formatted(jar));
    }
    return manifests -> OperatorCommand.watch(jar, manifests, Optional.empty());
  }

  private static void print(Object value) {
    try {
      System.out.println(JSON.writeValueAsString(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(
        spec == null ? new CommandLine(this) : spec.commandLine(), message);
  }
}
