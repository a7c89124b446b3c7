// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.operator.cluster.ClusterKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ActionRunsTest {
  private static final ClusterKey SHOP = new ClusterKey("default", "shop");
  private static final ClusterKey BILLING = new ClusterKey("default", "billing");
  private static final int PLENTY = 10;

  private final ActionRuns runs = new ActionRuns();
  private final List<CountDownLatch> held = new ArrayList<>();

  @AfterEach
  void close() {
    held.forEach(CountDownLatch::countDown);
    runs.close();
  }

  @Test
  void aRunIsKnownForAsLongAsItLasts() {
    var end = start("a", SHOP, PLENTY, PLENTY);

    assertThat(runs.isRunning("a")).isTrue();
    assertThat(runs.countOf(SHOP)).isEqualTo(1);
    end.countDown();
    await().until(() -> !runs.isRunning("a"));
    assertThat(runs.countOf(SHOP)).isZero();
  }

  @Test
  void anActionThatRunsIsNotStartedOnceMore() {
    start("a", SHOP, PLENTY, PLENTY);
    var again = new AtomicBoolean();

    assertThat(runs.start("a", SHOP, PLENTY, PLENTY, () -> again.set(true)))
        .as("it runs, which is what was asked for")
        .isTrue();

    assertThat(runs.countOf(SHOP)).isEqualTo(1);
    assertThat(again).isFalse();
  }

  @Test
  void anActionThatRunsCountsAsStartedThoughTheRoomIsTaken() {
    start("a", SHOP, 1, 1);

    assertThat(runs.start("a", SHOP, 1, 1, () -> {})).isTrue();
  }

  @Test
  void anActionThatEndedMayRunAgain() {
    start("a", SHOP, 1, 1).countDown();
    await().until(() -> !runs.isRunning("a"));
    var ran = new CountDownLatch(1);

    assertThat(runs.start("a", SHOP, 1, 1, ran::countDown)).isTrue();
    await().until(() -> ran.getCount() == 0);
  }

  @Test
  void noMoreRunInAClusterThanItsBudgetAllows() {
    start("a", SHOP, 2, PLENTY);
    start("b", SHOP, 2, PLENTY);

    assertThat(runs.start("c", SHOP, 2, PLENTY, () -> {})).isFalse();
    assertThat(runs.isRunning("c")).isFalse();
    assertThat(runs.start("d", BILLING, 2, PLENTY, () -> {})).isTrue();
  }

  @Test
  void clustersOfOneNameInTwoNamespacesDoNotShareABudget() {
    start("a", SHOP, 1, PLENTY);

    assertThat(runs.start("b", new ClusterKey("other", "shop"), 1, PLENTY, () -> {})).isTrue();
  }

  @Test
  void noMoreRunInAllClustersThanTheFleetsBudgetAllows() {
    start("a", SHOP, PLENTY, 2);
    start("b", BILLING, PLENTY, 2);

    assertThat(runs.start("c", new ClusterKey("default", "third"), PLENTY, 2, () -> {})).isFalse();
  }

  @Test
  void aRunThatEndsMakesRoomForTheNext() {
    var end = start("a", SHOP, 1, PLENTY);
    assertThat(runs.start("b", SHOP, 1, PLENTY, () -> {})).isFalse();

    end.countDown();

    await().until(() -> runs.start("b", SHOP, 1, PLENTY, () -> {}));
  }

  @Test
  void aRunThatBreaksOffMakesRoomToo() {
    runs.start(
        "a",
        SHOP,
        1,
        1,
        () -> {
          throw new IllegalStateException("as a test wants it");
        });

    await().until(() -> !runs.isRunning("a"));
    assertThat(runs.start("b", SHOP, 1, 1, () -> {})).isTrue();
  }

  @Test
  void whoAsksAtTheSameTimeSharesTheBudget() throws InterruptedException {
    var started = new AtomicInteger();
    var end = new CountDownLatch(1);
    held.add(end);
    var askers = new ArrayList<Thread>();
    for (int i = 0; i < 50; i++) {
      var uid = "a" + i;
      askers.add(
          Thread.ofVirtual()
              .start(() -> {
                if (runs.start(uid, SHOP, 3, PLENTY, () -> waitFor(end))) {
                  started.incrementAndGet();
                }
              }));
    }
    for (var asker : askers) {
      asker.join();
    }

    assertThat(started).hasValue(3);
    assertThat(runs.countOf(SHOP)).isEqualTo(3);
  }

  @Test
  void closingInterruptsWhatRunsAndDoesNotWaitForIt() {
    var interrupted = new CountDownLatch(1);
    runs.start(
        "a",
        SHOP,
        1,
        1,
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interrupted.countDown();
          }
        });

    runs.close();

    await().until(() -> interrupted.getCount() == 0);
  }

  private CountDownLatch start(String uid, ClusterKey cluster, int perCluster, int perFleet) {
    var end = new CountDownLatch(1);
    held.add(end);
    assertThat(runs.start(uid, cluster, perCluster, perFleet, () -> waitFor(end))).isTrue();
    return end;
  }

  private static void waitFor(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
