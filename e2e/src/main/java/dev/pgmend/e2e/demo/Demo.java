// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo;

import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.Step;
import dev.pgmend.e2e.demo.story.Story;
import dev.pgmend.e2e.testbed.operator.Manifests;
import dev.pgmend.e2e.testbed.operator.OperatorProcess;
import dev.pgmend.e2e.testbed.shop.Breaker;
import dev.pgmend.e2e.testbed.shop.FaultCheck;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import dev.pgmend.e2e.testbed.shop.ShopLoader;
import dev.pgmend.e2e.testbed.shop.ShopServer;
import dev.pgmend.e2e.testbed.workload.Period;
import dev.pgmend.e2e.testbed.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One run of the demo: opens a shop, injects faults under load, lets the operator repair them, and
 * compares the result with the records of the shop's users.
 */
final class Demo implements AutoCloseable {
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration SAMPLE_EVERY = Duration.ofSeconds(1);
  private static final Duration MAX_HEALING = Duration.ofSeconds(150);

  private static final String CLUSTER_SPEC =
      """
      inspectionInterval: 10s
      learner:
        enabled: true
        samplingInterval: 2s
      """;

  /** The disk reserve is small, because the disk is that of whoever runs the demo. */
  private static final String POLICY_SPEC =
      """
      budget:
        minFreeDiskPercent: 2
      verification:
        window: 15s
        maxRegressionPercent: 10
        rollback: true
      """;

  private final DemoOptions options;
  private final Story story;
  private final Resources resources = new Resources();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Ledger ledger = new Ledger();
  private List<String> operatorLog = List.of();

  Demo(DemoOptions options, Story story) {
    this.options = options;
    this.story = story;
  }

  /** The result of the run, and the owner's login, which works until the demo is closed. */
  record Ended(DemoResult result, Login owner) {}

  /**
   * Runs the demo to its end. The server runs until {@link #close}.
   *
   * @throws InterruptedException if the demo is closed meanwhile
   */
  Ended run() throws IOException, SQLException, InterruptedException {
    var directory =
        resources.open(
            () -> Files.createTempDirectory("pgmend-demo-"), made -> () -> Resources.delete(made));
    begin(Step.START);
    var server = resources.open(() -> ShopServer.start(directory), started -> started::close);
    var rows = load(server.owner());
    var workload =
        resources.open(
            () -> Workload.start(server.owner(), ledger, options.seed()),
            started -> started::close);
    var pace = sample(workload);
    begin(Step.HEALTHY);
    pass(WARM_UP);
    measure(workload, Period.HEALTHY);
    breakAll(server.owner());
    begin(Step.BROKEN);
    measure(workload, Period.BROKEN);
    var exit = heal(directory, server);
    begin(Step.REPAIRED);
    measure(workload, Period.REPAIRED);
    begin(Step.CHECK);
    workload.close();
    // The result is the last event.
    pace.close();
    return new Ended(result(server.owner(), rows, workload, exit), server.owner());
  }

  /** The operator's log; empty until the operator has ended. */
  List<String> operatorLog() {
    return operatorLog;
  }

  /** Stops and removes everything that the demo started. Thread-safe. */
  @Override
  public void close() {
    stopped.countDown();
    resources.close();
  }

  private long load(Login owner) throws SQLException, InterruptedException {
    begin(Step.LOAD);
    try (var connection = owner.connect("shop/load")) {
      var rows = new ShopLoader(connection, options.scale(), options.seed(), story::detail).load();
      ledger.open(connection);
      story.note(String.format(Locale.ROOT, "%,d rows, TPC-H and the shop's own", rows));
      return rows;
    }
  }

  private ScheduledExecutorService sample(Workload workload) throws IOException {
    var pace =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sample").factory());
    var every = SAMPLE_EVERY.toMillis();
    var _ =
        pace.scheduleAtFixedRate(
            () -> story.load(workload.sample()), every, every, TimeUnit.MILLISECONDS);
    resources.add(pace::shutdownNow);
    return pace;
  }

  private void breakAll(Login owner) throws SQLException, InterruptedException {
    begin(Step.BREAK);
    var breaker = new Breaker(owner, ledger, options.seed());
    for (var fault : ShopFault.values()) {
      story.detail(fault.title() + " ...");
      breaker.inject(fault);
      story.broken(fault);
    }
  }

  private OptionalInt heal(Path directory, ShopServer server)
      throws IOException, SQLException, InterruptedException {
    var manifests = directory.resolve("manifests");
    Manifests.write(manifests, server.operatorLogin(), CLUSTER_SPEC, POLICY_SPEC);
    begin(Step.HEAL);
    var command = options.operator().apply(manifests);
    var operator =
        resources.open(
            () ->
                OperatorProcess.start(
                    command, directory.resolve("operator.log"), story::operatorLine),
            started -> started::close);
    var exit = operator.waitFor(MAX_HEALING);
    operatorLog = operator.log();
    operator.close();
    return exit;
  }

  private DemoResult result(Login owner, long rows, Workload workload, OptionalInt exit)
      throws SQLException {
    try (var connection = owner.connect("shop/check")) {
      for (var fault : ShopFault.values()) {
        story.checked(fault, FaultCheck.isGone(connection, fault));
      }
      var comparisons = ledger.compare(connection);
      var now = story.snapshot();
      return new DemoResult(
          now.elapsed(),
          rows,
          now.faults(),
          workload.report(),
          comparisons,
          exit,
          story.healthScore(),
          story.otherFindings());
    }
  }

  private void begin(Step step) throws InterruptedException {
    pass(Duration.ZERO);
    story.begin(step);
  }

  private void measure(Workload workload, Period period) throws InterruptedException {
    workload.begin(period);
    pass(options.measure());
    workload.begin(Period.BETWEEN);
  }

  /** Waits, unless the demo is closed meanwhile. */
  private void pass(Duration duration) throws InterruptedException {
    if (stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("The demo was stopped");
    }
  }
}
