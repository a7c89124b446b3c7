package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.gauntlet.peer.Opinion;
import dev.pgmend.e2e.gauntlet.peer.Peers;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Started;
import dev.pgmend.e2e.testbed.operator.OperatorProcess;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.shop.ShopLoader;
import dev.pgmend.e2e.testbed.workload.LoadReport;
import dev.pgmend.e2e.testbed.workload.Workload;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** One Postgres from its start to its end: the shop loaded and open, the operator at work. */
final class ServerRun {
  private static final double SCALE = 0.025;
  private static final long SEED = 1;

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  /** In percent. Many repairs at the same time disturb each other's measurement. */
  private static final int MAX_REGRESSION = 10;

  private static final int MAX_REGRESSION_TOGETHER = 50;

  /** So many inspections must find nothing before the first fault. */
  private static final int QUIET_INSPECTIONS = 3;

  private final String postgres;
  private final Path directory;
  private final Opening opening;
  private final Function<Path, List<String>> operator;
  private final Pace pace;
  private final Consumer<String> progress;

  /**
   * @param postgres the server's major version
   * @param directory for the logs
   * @param opening how the server is come by
   * @param operator the command that runs the operator on a directory of manifests
   * @param progress told what is being done, for people
   */
  ServerRun(
      String postgres,
      Path directory,
      Opening opening,
      Function<Path, List<String>> operator,
      Pace pace,
      Consumer<String> progress) {
    this.postgres = postgres;
    this.directory = directory;
    this.opening = opening;
    this.operator = operator;
    this.pace = pace;
    this.progress = progress;
  }

  /**
   * How fast it goes.
   *
   * @param interval between two inspections
   * @param together whether all faults are injected at once
   */
  record Pace(Duration interval, boolean together) {}

  /** Gives a server to a round, which closes it. */
  @FunctionalInterface
  interface Opening {
    ShopPostgres open() throws IOException, SQLException;
  }

  Report run(List<Fault> scenarios, Consumer<Outcome> told)
      throws IOException, SQLException, InterruptedException {
    progress.accept("Postgres " + postgres + ": starting");
    try (var server = opening.open()) {
      var ledger = new Ledger();
      load(server.arena(), ledger);
      var manifests = directory.resolve("manifests");
      Manifests.write(
          manifests,
          server.carer(),
          thresholds(scenarios),
          pace.interval,
          WINDOW,
          pace.together ? MAX_REGRESSION_TOGETHER : MAX_REGRESSION);
      var course = course(server, ledger, manifests, scenarios, told);
      return report(server.arena(), ledger, course);
    }
  }

  private static Map<String, String> thresholds(List<Fault> scenarios) {
    var all = new HashMap<String, String>();
    scenarios.forEach(scenario -> all.putAll(scenario.thresholds()));
    return all;
  }

  /** What happened while the shop was open. */
  private record Course(
      List<String> quiet, List<Outcome> outcomes, List<Opinion> opinions, LoadReport load) {}

  /** Ends with the shop closed: every request that was begun is ended. */
  private Course course(
      ShopPostgres server,
      Ledger ledger,
      Path manifests,
      List<Fault> scenarios,
      Consumer<Outcome> told)
      throws IOException, SQLException, InterruptedException {
    var events = new Events(directory.resolve("events.jsonl"));
    var peers = new Peers(server.arena().superuser());
    var outcomes = new ArrayList<Outcome>();
    Workload load;
    List<String> quiet;
    try (var workload = Workload.start(server.arena().owner(), ledger, SEED);
        var _ =
            AtExit.close(
                OperatorProcess.start(
                    operator.apply(manifests), directory.resolve("operator.log"), events::line))) {
      load = workload;
      quiet = quiet(events);
      var gauntlet =
          new Gauntlet(
              postgres,
              server.arena(),
              events,
              peers,
              pace.interval,
              outcome -> {
                outcomes.add(outcome);
                told.accept(outcome);
              });
      if (pace.together) {
        gauntlet.runAtOnce(scenarios);
      } else {
        gauntlet.run(scenarios);
      }
    }
    return new Course(quiet, outcomes, peers.opinions(), load.report());
  }

  private void load(TargetServer arena, Ledger ledger) throws SQLException {
    try (var connection = arena.owner().connect("shop/load")) {
      new ShopLoader(
              connection,
              SCALE,
              SEED,
              what -> progress.accept("Postgres " + postgres + ": loading " + what))
          .load();
      ledger.open(connection);
    }
  }

  /** What is found above info while nothing is wrong. */
  private List<String> quiet(Events events) throws IOException, InterruptedException {
    progress.accept("Postgres " + postgres + ": waiting for the operator");
    var started = events.await(0, LONGEST_START, Started.class::isInstance);
    if (started.isEmpty() || !(started.get().event() instanceof Started at)) {
      throw new IOException(
          "the operator did not start; its log: " + directory.resolve("operator.log"));
    }
    try (var client = HttpClient.newHttpClient()) {
      new Inspections(client, at.metrics())
          .await(
              QUIET_INSPECTIONS, LONGEST_START.plus(pace.interval.multipliedBy(QUIET_INSPECTIONS)));
    }
    return events.foundSince(0).stream()
        .map(finding ->
            "%s %s: %s".formatted(finding.detector(), finding.target(), finding.summary()))
        .toList();
  }

  private Report report(TargetServer arena, Ledger ledger, Course course) throws SQLException {
    try (var connection = arena.owner().connect("shop/proof")) {
      var books = ledger.compare(connection);
      return new Report(
          postgres,
          pace.interval.toSeconds(),
          course.quiet,
          course.outcomes,
          course.opinions,
          course.load.requests(),
          course.load.errors(),
          course.load.firstError(),
          books.stream().mapToLong(Ledger.Comparison::rowsLost).sum(),
          books.stream().allMatch(Ledger.Comparison::agrees));
    }
  }
}
