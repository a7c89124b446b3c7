// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.shop.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The shop's users, who send requests at a fixed rate, however slow the answers are. The latency of
 * a request counts from when it was due, so that a slow answer also counts for those that waited
 * behind it (Tene, "How NOT to Measure Latency").
 */
public final class Workload implements AutoCloseable {
  private static final int USERS = 8;
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Login login;
  private final Ledger ledger;
  private final List<Request> requests;
  private final double perSecond;
  private final Latencies latencies;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicReference<String> firstError = new AtomicReference<>("");
  private final List<Thread> users;
  private final Rate rate = new Rate(System.nanoTime());

  private Workload(Login login, Ledger ledger, ShopFacts facts, long seed) {
    this.login = login;
    this.ledger = ledger;
    this.requests =
        Stream.concat(new Reads(facts).all().stream(), new Writes(facts).all().stream()).toList();
    this.perSecond = requests.stream().mapToDouble(Request::perSecond).sum();
    this.latencies = new Latencies(requests.stream().map(Request::name).toList());
    var random = new SplittableRandom(seed);
    this.users =
        IntStream.range(0, USERS)
            .mapToObj(user -> {
              var own = random.split();
              return Thread.ofPlatform().name("user-" + user).unstarted(() -> use(user, own));
            })
            .toList();
  }

  /** Opens the shop. The ledger must be open. */
  public static Workload start(Login login, Ledger ledger, long seed) throws SQLException {
    try (var connection = login.connect("shop")) {
      var workload = new Workload(login, ledger, ShopFacts.read(connection), seed);
      workload.users.forEach(Thread::start);
      return workload;
    }
  }

  /** Starts a period for latencies. */
  public void begin(Period period) {
    latencies.begin(period);
  }

  /** Samples the workload. Call it about once a second. */
  public LoadSample sample() {
    var recent = latencies.look();
    return new LoadSample(
        rate.perSecond(count.get(), System.nanoTime()), recent, count.get(), errors.get());
  }

  public LoadReport report() {
    return new LoadReport(
        count.get(),
        errors.get(),
        firstError.get(),
        byPeriod(latencies::of),
        requests.stream()
            .map(r ->
                new LoadReport.Line(
                    r.name(), r.suffersFrom(), byPeriod(p -> latencies.of(p, r.name()))))
            .toList());
  }

  /** Closes the shop when every pending request has ended. */
  @Override
  public void close() {
    closing.countDown();
    for (var user : users) {
      try {
        user.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void use(int user, SplittableRandom random) {
    var gap = (long) (USERS * NANOS_PER_SECOND / perSecond);
    try (var connection = login.connect("shop")) {
      for (var due = System.nanoTime() + gap * user / USERS; !closedBy(due); due += gap) {
        request(connection, pick(random), random, due);
      }
    } catch (SQLException e) {
      failed("a user could not log in", e);
    }
  }

  /** Waits until a request is due; true if the shop is closed before. */
  private boolean closedBy(long due) {
    try {
      return closing.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void request(Connection connection, Request request, SplittableRandom random, long due) {
    try {
      ledger.enter(request.work().run(connection, random));
    } catch (SQLException e) {
      failed(request.name(), e);
    }
    latencies.record(request.name(), System.nanoTime() - due);
    count.incrementAndGet();
  }

  private void failed(String what, SQLException e) {
    errors.incrementAndGet();
    firstError.compareAndSet("", what + ": " + e.getMessage());
  }

  private Request pick(SplittableRandom random) {
    var point = random.nextDouble(perSecond);
    for (var request : requests) {
      point -= request.perSecond();
      if (point < 0) {
        return request;
      }
    }
    return requests.getLast();
  }

  private static Map<Period, Latency> byPeriod(Function<Period, Latency> latency) {
    var map = new EnumMap<Period, Latency>(Period.class);
    for (var period : Period.values()) {
      map.put(period, latency.apply(period));
    }
    return map;
  }
}
