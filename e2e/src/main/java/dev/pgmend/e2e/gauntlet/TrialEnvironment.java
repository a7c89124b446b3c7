// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.shop.ShopLoader;
import dev.pgmend.e2e.testbed.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The environment of a safety trial: a server of its own with the shop, which is open. */
public final class TrialEnvironment implements AutoCloseable {
  private static final double SCALE = 0.01;
  private static final long SEED = 1;
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int MAX_REGRESSION = 10;

  private final Path directory;
  private final Function<Path, List<String>> operator;
  private final EmbeddedServer server;
  private final Ledger ledger;
  private final Workload workload;

  private TrialEnvironment(
      Path directory,
      Function<Path, List<String>> operator,
      EmbeddedServer server,
      Ledger ledger,
      Workload workload) {
    this.directory = directory;
    this.operator = operator;
    this.server = server;
    this.ledger = ledger;
    this.workload = workload;
  }

  static TrialEnvironment open(
      int major, Path directory, Path programs, Function<Path, List<String>> operator)
      throws IOException, SQLException {
    var server = EmbeddedServer.start(major, directory, programs, Optional.empty());
    try {
      var ledger = new Ledger();
      try (var connection = server.target().owner().connect("shop/load")) {
        new ShopLoader(connection, SCALE, SEED, _ -> {}).load();
        ledger.open(connection);
      }
      var workload = Workload.start(server.target().owner(), ledger, SEED);
      return new TrialEnvironment(directory, operator, server, ledger, workload);
    } catch (SQLException e) {
      server.close();
      throw e;
    }
  }

  public TargetServer server() {
    return server.target();
  }

  /** The login of pgmend: not a superuser, but a member of the role that owns the tables. */
  public Login operatorLogin() {
    return server.operatorLogin();
  }

  /** A directory for the trial's files. */
  public Path directory() {
    return directory;
  }

  /**
   * Starts the operator with a policy that lets every repair run automatically.
   *
   * @param login what the operator logs in as
   * @param thresholds of the policy; the defaults apply to the others
   */
  public OperatorUnderTest startOperator(Login login, Map<String, String> thresholds)
      throws IOException, InterruptedException {
    return startOperator(login, thresholds, Map.of());
  }

  /**
   * The same, with a policy that pins parameters.
   *
   * @param pinned values by the parameter's name
   */
  public OperatorUnderTest startOperator(
      Login login, Map<String, String> thresholds, Map<String, String> pinned)
      throws IOException, InterruptedException {
    var manifests = directory.resolve("manifests");
    GauntletManifests.write(manifests, login, thresholds, pinned, INTERVAL, WINDOW, MAX_REGRESSION);
    return OperatorUnderTest.start(operator.apply(manifests), directory);
  }

  /** Runs statements of the application, which must not fail, as another client of the database. */
  public Traffic traffic(String... statements) {
    return Traffic.start(server(), List.of(statements));
  }

  /** Closes the shop when every pending request was answered. */
  public void closeShop() {
    workload.close();
  }

  /** Shuts the server down as an administrator does: it sends all WAL to its standbys first. */
  public void stopServer() throws IOException {
    server.close();
  }

  /**
   * Compares a database with what the shop's clients committed.
   *
   * @param owner the login to the database that must contain it
   */
  public TrialResult compare(TrialResult result, Login owner) throws SQLException {
    try (var connection = owner.connect("shop/result")) {
      var books = ledger.compare(connection);
      var lost = books.stream().mapToLong(Ledger.Comparison::rowsLost).sum();
      return result
          .and(lost == 0, lost + " rows lost")
          .and(books.stream().allMatch(Ledger.Comparison::agrees), "the balances differ");
    }
  }

  /** Closes the shop, and adds its errors and lost rows to the result. */
  TrialResult closeShop(TrialResult result) throws SQLException {
    closeShop();
    var report = workload.report();
    var served =
        result
            .and(report.requests() > 0, "the shop sent no requests")
            .and(
                report.errors() == 0,
                "%d of %d requests of the application failed, the first with: %s"
                    .formatted(report.errors(), report.requests(), report.firstError()));
    return server.isStopped() ? served : compare(served, server().owner());
  }

  @Override
  public void close() throws IOException {
    closeShop();
    server.close();
  }
}
