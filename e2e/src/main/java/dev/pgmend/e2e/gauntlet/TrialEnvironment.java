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

/** What a trial takes place on: a server of its own, with the shop in it and open. */
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
      try (var connection = server.arena().owner().connect("shop/load")) {
        new ShopLoader(connection, SCALE, SEED, _ -> {}).load();
        ledger.open(connection);
      }
      var workload = Workload.start(server.arena().owner(), ledger, SEED);
      return new TrialEnvironment(directory, operator, server, ledger, workload);
    } catch (SQLException e) {
      server.close();
      throw e;
    }
  }

  public TargetServer arena() {
    return server.arena();
  }

  /** What pgmend logs in as: no superuser, a member of the role that owns the tables. */
  public Login carer() {
    return server.carer();
  }

  /** Where the trial may put files. */
  public Path directory() {
    return directory;
  }

  /**
   * Starts the operator under a policy that lets everything run by itself.
   *
   * @param carer whom it logs in as
   * @param thresholds of the policy; the defaults hold beside them
   */
  public OperatorUnderTest care(Login carer, Map<String, String> thresholds)
      throws IOException, InterruptedException {
    var manifests = directory.resolve("manifests");
    Manifests.write(manifests, carer, thresholds, INTERVAL, WINDOW, MAX_REGRESSION);
    return OperatorUnderTest.start(operator.apply(manifests), directory);
  }

  /** What the application is told must not fail, as another client of the same database. */
  public Traffic traffic(String... statements) {
    return Traffic.start(arena(), List.of(statements));
  }

  /** Ends the shop's requests; each that was begun is answered. */
  public void closeShop() {
    workload.close();
  }

  /** Ends the server as an administrator does: it sends its standbys all that it has. */
  public void stopServer() throws IOException {
    server.close();
  }

  /**
   * Holds a database against what the shop's clients were promised.
   *
   * @param owner the login to a database that now has to hold it
   */
  public TrialResult compare(TrialResult proof, Login owner) throws SQLException {
    try (var connection = owner.connect("shop/proof")) {
      var books = ledger.compare(connection);
      var lost = books.stream().mapToLong(Ledger.Comparison::rowsLost).sum();
      return proof
          .and(lost == 0, lost + " rows lost")
          .and(books.stream().allMatch(Ledger.Comparison::agrees), "the balances differ");
    }
  }

  /** Closes the shop, and holds its errors and its books against the proof. */
  TrialResult closeShop(TrialResult proof) throws SQLException {
    closeShop();
    var report = workload.report();
    var served =
        proof
            .and(report.requests() > 0, "the shop had no customers")
            .and(
                report.errors() == 0,
                "%d of %d requests of the application failed, the first one with: %s"
                    .formatted(report.errors(), report.requests(), report.firstError()));
    return server.isStopped() ? served : compare(served, arena().owner());
  }

  @Override
  public void close() throws IOException {
    closeShop();
    server.close();
  }
}
