// SPDX-License-Identifier: Apache-2.0
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

/** Runs the faults on one Postgres, with the shop loaded and open, and the operator running. */
final class ServerRun {
  private static final double SCALE = 0.025;
  private static final long SEED = 1;

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private static final Duration MAX_START = Duration.ofMinutes(1);

  /** In percent. Many repairs at the same time disturb each other's measurement. */
  private static final int MAX_REGRESSION = 10;

  private static final int MAX_REGRESSION_TOGETHER = 50;

  /** Inspections that must find nothing before the first fault. */
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
   * @param opening opens the server
   * @param operator the command that runs the operator on a directory of manifests
   * @param progress receives progress messages for people
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
   * The pace of the run.
   *
   * @param interval between two inspections
   * @param together whether all faults are injected at once
   */
  record Pace(Duration interval, boolean together) {}

  /** Opens a server. The run closes it. */
  @FunctionalInterface
  interface Opening {
    ShopPostgres open() throws IOException, SQLException;
  }

  Report run(List<Fault> faults, Consumer<Outcome> listener)
      throws IOException, SQLException, InterruptedException {
    progress.accept("Postgres " + postgres + ": starting");
    try (var server = opening.open()) {
      var ledger = new Ledger();
      load(server.target(), ledger);
      var manifests = directory.resolve("manifests");
      GauntletManifests.write(
          manifests,
          server.operatorLogin(),
          together(faults, Fault::thresholds),
          together(faults, Fault::pinned),
          pace.interval,
          WINDOW,
          pace.together ? MAX_REGRESSION_TOGETHER : MAX_REGRESSION);
      var observed = observe(server, ledger, manifests, faults, listener);
      return report(server.target(), ledger, observed);
    }
  }

  private static Map<String, String> together(
      List<Fault> faults, Function<Fault, Map<String, String>> each) {
    var all = new HashMap<String, String>();
    faults.forEach(fault -> all.putAll(each.apply(fault)));
    return all;
  }

  /** What was observed while the shop was open. */
  private record Observed(
      List<String> quiet, List<Outcome> outcomes, List<Opinion> opinions, LoadReport load) {}

  /** Returns when the shop is closed and every request has ended. */
  private Observed observe(
      ShopPostgres server,
      Ledger ledger,
      Path manifests,
      List<Fault> faults,
      Consumer<Outcome> listener)
      throws IOException, SQLException, InterruptedException {
    var events = new Events(directory.resolve("events.jsonl"));
    var peers = new Peers(server.target().superuser());
    var outcomes = new ArrayList<Outcome>();
    Workload load;
    List<String> quiet;
    try (var workload = Workload.start(server.target().owner(), ledger, SEED);
        var _ =
            AtExit.close(
                OperatorProcess.start(
                    operator.apply(manifests), directory.resolve("operator.log"), events::line))) {
      load = workload;
      quiet = quiet(events);
      var gauntlet =
          new Gauntlet(
              postgres,
              server.target(),
              events,
              peers,
              pace.interval,
              outcome -> {
                outcomes.add(outcome);
                listener.accept(outcome);
              });
      if (pace.together) {
        gauntlet.runAtOnce(faults);
      } else {
        gauntlet.run(faults);
      }
    }
    return new Observed(quiet, outcomes, peers.opinions(), load.report());
  }

  private void load(TargetServer target, Ledger ledger) throws SQLException {
    try (var connection = target.owner().connect("shop/load")) {
      new ShopLoader(
              connection,
              SCALE,
              SEED,
              what -> progress.accept("Postgres " + postgres + ": loading " + what))
          .load();
      ledger.open(connection);
    }
  }

  /** Findings above Info while the server is healthy. */
  private List<String> quiet(Events events) throws IOException, InterruptedException {
    progress.accept("Postgres " + postgres + ": waiting for the operator");
    var started = events.await(0, MAX_START, Started.class::isInstance);
    if (started.isEmpty() || !(started.get().event() instanceof Started at)) {
      throw new IOException(
          "the operator did not start; its log: " + directory.resolve("operator.log"));
    }
    try (var client = HttpClient.newHttpClient()) {
      new Inspections(client, at.metrics())
          .await(QUIET_INSPECTIONS, MAX_START.plus(pace.interval.multipliedBy(QUIET_INSPECTIONS)));
    }
    return events.findingsSince(0).stream()
        .map(finding ->
            "%s %s: %s".formatted(finding.detector(), finding.target(), finding.summary()))
        .toList();
  }

  private Report report(TargetServer target, Ledger ledger, Observed observed) throws SQLException {
    try (var connection = target.owner().connect("shop/result")) {
      var books = ledger.compare(connection);
      return new Report(
          postgres,
          pace.interval.toSeconds(),
          observed.quiet,
          observed.outcomes,
          observed.opinions,
          observed.load.requests(),
          observed.load.errors(),
          observed.load.firstError(),
          books.stream().mapToLong(Ledger.Comparison::rowsLost).sum(),
          books.stream().allMatch(Ledger.Comparison::agrees));
    }
  }
}
