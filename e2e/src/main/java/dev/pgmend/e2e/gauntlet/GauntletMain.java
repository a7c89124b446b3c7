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
          + " the other, and holds what the operator does against it: found, and nothing else"
          + " found; mended; measured; no request of the application failed; no row lost.",
      "Then, on fresh servers, everything by which pgmend could do harm is tried, and held against"
          + " what it does: no harm.",
      "Other tools are asked about the same faults while they stand, by the rules they publish.",
      "Prints a Markdown table of each. Nothing outside a temporary directory is touched."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all faults were found, all mendable ones mended, no trial did harm, and nothing else happened",
      "1:not so; the lines that begin with ! say what",
      "2:the command line is wrong, or the operator is not built"
    })
public final class GauntletMain implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ArgGroup private Servers servers = new Servers();

  /** One or the other. */
  private static final class Servers {
    @Option(
        names = "--embedded",
        paramLabel = "MAJOR",
        split = ",",
        description = "Versions of Postgres to start here, 15,17,18 by default.")
    private List<Integer> majors = List.of(15, 17, 18);

    @Option(
        names = "--postgres",
        paramLabel = "URL",
        description = {
          "A server kept for this, as postgresql://superuser:password@host:5432/postgres."
              + " It is refused if it has other databases. It gets a database and two roles, and"
              + " is left without them and with the settings that it had. Without the trials, and"
              + " without the faults that need a server's files."
        })
    private @Nullable String postgres;
  }

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Only these faults and trials; --list names them.")
  private List<String> only = List.of();

  @Option(
      names = "--at-once",
      description = "Inject all faults together in place of one after the other: quicker.")
  private boolean atOnce;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "Between two inspections while faults are injected, ${DEFAULT-VALUE} by default.")
  private long interval;

  @Option(
      names = "--extensions",
      paramLabel = "DIR",
      description = {
        "Extensions that the embedded servers lack, such as pgvector, built for them:"
            + " DIR/MAJOR/lib/*.so and DIR/MAJOR/share/extension/*."
      })
  private @Nullable Path extensions;

  @Option(names = "--harm", description = "Only the trials of harm, no faults.")
  private boolean harm;

  @Option(names = "--list", description = "Name the faults, then the trials, and end.")
  private boolean list;

  @Option(
      names = "--json",
      description =
          "Print one JSON object per line: an outcome each, then a report per version; then the trials.")
  private boolean json;

  @Option(names = "--keep", description = "Keep the logs, and say where they are.")
  private boolean keep;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  /** Runs the command and exits. */
  public static void main(String... args) {
    System.exit(new CommandLine(new GauntletMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    if (list) {
      scenarios().forEach(scenario -> System.out.println(scenario.detector()));
      trials().forEach(trial -> System.out.println(trial.name()));
      return CommandLine.ExitCode.OK;
    }
    checkNames();
    if (interval < 1) {
      throw wrong("--interval must be a second at least");
    }
    var command = operator();
    var given = given();
    var mended = chosen().isEmpty() || faults(rounds(given, command));
    var unharmed = given.isPresent() || chosenTrials().isEmpty() || trials(command);
    return mended && unharmed ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** The server that was named, if one was; it can be used. */
  private Optional<Login> given() {
    if (servers.postgres == null) {
      return Optional.empty();
    }
    if (chosen().isEmpty()) {
      throw wrong("trials need servers of their own; leave out --postgres");
    }
    try {
      var spec = ConnectionSpec.parse(servers.postgres);
      var login =
          new Login(spec.host(), spec.port(), spec.database(), spec.user(), spec.password());
      var obstacles = GivenServer.obstacles(login);
      if (!obstacles.isEmpty()) {
        throw wrong("%s can't be used: %s".formatted(login, String.join("; ", obstacles)));
      }
      return Optional.of(login);
    } catch (PostgresConnectionException | SQLException e) {
      throw wrong("--postgres: " + e.getMessage());
    }
  }

  private List<ServerRun> rounds(Optional<Login> given, Function<Path, List<String>> command)
      throws IOException, SQLException {
    if (given.isPresent()) {
      var login = given.get();
      var postgres = GivenServer.version(login);
      return List.of(round(postgres, directory(postgres), () -> GivenServer.open(login), command));
    }
    var rounds = new ArrayList<ServerRun>();
    for (var major : servers.majors) {
      var postgres = Integer.toString(major);
      var directory = directory(postgres);
      var added = Optional.ofNullable(extensions).map(dir -> dir.resolve(postgres));
      var programs = directory.resolve("programs");
      rounds.add(
          round(
              postgres,
              directory,
              () -> EmbeddedServer.start(major, directory, programs, added),
              command));
    }
    return rounds;
  }

  private ServerRun round(
      String postgres,
      Path directory,
      ServerRun.Opening opening,
      Function<Path, List<String>> command) {
    var pace = new ServerRun.Pace(Duration.ofSeconds(interval), atOnce);
    return new ServerRun(postgres, directory, opening, command, pace, System.err::println);
  }

  /** Injects the faults; true if all went well. */
  private boolean faults(List<ServerRun> rounds)
      throws IOException, SQLException, InterruptedException {
    var table = new Table(System.out);
    if (!json) {
      table.begin();
    }
    var reports = new ArrayList<Report>();
    for (var round : rounds) {
      reports.add(round.run(chosen(), json ? GauntletMain::print : table::row));
    }
    if (json) {
      reports.forEach(GauntletMain::print);
    } else {
      table.end(reports);
      new PeerTable(System.out).print(reports);
    }
    return reports.stream().allMatch(Report::ok);
  }

  /** Tries to do harm; true if none was done. */
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
      var round = new SafetyRun(major, directory, command, System.err::println);
      for (var trial : chosenTrials()) {
        var outcome = round.run(trial);
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
                scenarios().stream().map(Fault::detector), trials().stream().map(SafetyTrial::name))
            .toList();
    for (var name : only) {
      if (!all.contains(name)) {
        throw wrong("there is no fault or trial '%s'; --list names them all".formatted(name));
      }
    }
    if (chosen().isEmpty() && chosenTrials().isEmpty()) {
      throw wrong("--harm leaves out the faults, and --only names nothing else");
    }
  }

  /** Fresh ones: they hold what they opened. */
  private List<Fault> chosen() {
    return harm
        ? List.of()
        : scenarios().stream().filter(scenario -> isChosen(scenario.detector())).toList();
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

  private static List<Fault> scenarios() {
    return ServiceLoader.load(Fault.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Fault::detector))
        .toList();
  }

  private Function<Path, List<String>> operator() {
    var jar = Path.of(System.getProperty("pgmend.operator.jar", ""));
    if (!Files.isRegularFile(jar)) {
      throw wrong("There is no operator at '%s'; build it first: ./pgmend does".formatted(jar));
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
