// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.e2e.testbed.operator.Decision;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.operator.Phase;
import dev.pgmend.e2e.testbed.shop.Balance;
import dev.pgmend.e2e.testbed.shop.Book;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import dev.pgmend.e2e.testbed.workload.LoadReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DemoResultTest {
  private static final FaultProgress FOUND =
      FaultProgress.of(ShopFault.STALE_STATISTICS)
          .withBroken()
          .withFinding(Duration.ofSeconds(3), "many rows changed");
  private static final FaultProgress REPAIRED =
      FOUND
          .withAction(action(Phase.Succeeded, Decision.Improved), Duration.ofSeconds(33))
          .withCheckedGone(true);
  private static final Balance ROWS = new Balance(10, 55, 100);

  @Test
  void isOkIfEveryCheckPassed() {
    assertThat(result(REPAIRED, 0, ROWS, OptionalInt.of(0)).ok()).isTrue();
    assertThat(REPAIRED.endedAfter()).contains(Duration.ofSeconds(30));
  }

  @Test
  void isNotOkIfAFaultWasNotFound() {
    assertShortcoming(
        result(FaultProgress.of(ShopFault.STALE_STATISTICS), 0, ROWS, OptionalInt.of(0)),
        "Stale statistics outbox was not found");
  }

  @Test
  void isNotOkIfNothingWasDone() {
    assertShortcoming(
        result(FOUND, 0, ROWS, OptionalInt.of(0)),
        "Stale statistics outbox was not repaired: no action was proposed");
  }

  @Test
  void isNotOkIfTheDemosOwnCheckFails() {
    assertShortcoming(
        result(REPAIRED.withCheckedGone(false), 0, ROWS, OptionalInt.of(0)),
        "Stale statistics outbox was not repaired: Analyze is Succeeded: done");
  }

  @Test
  void isNotOkIfTheEffectWasNotMeasured() {
    var unmeasured =
        FOUND
            .withAction(action(Phase.Succeeded, Decision.NotEnoughTraffic), Duration.ofSeconds(33))
            .withCheckedGone(true);
    assertShortcoming(
        result(unmeasured, 0, ROWS, OptionalInt.of(0)),
        "Stale statistics outbox was repaired, but the effect was not verified");
  }

  @Test
  void isNotOkIfARequestFailed() {
    assertShortcoming(
        result(REPAIRED, 2, ROWS, OptionalInt.of(0)),
        "2 of the workload's requests failed; the first: it broke");
  }

  @Test
  void isNotOkIfARowWasLost() {
    var result = result(REPAIRED, 0, new Balance(9, 45, 90), OptionalInt.of(0));
    assertThat(result.rowsLost()).isEqualTo(1);
    assertThat(result.shortcomings()).singleElement().asString().startsWith("orders differs");
  }

  @Test
  void isNotOkIfTheOperatorFailed() {
    assertShortcoming(
        result(REPAIRED, 0, ROWS, OptionalInt.of(4)), "the operator ended with exit code 4");
    assertShortcoming(
        result(REPAIRED, 0, ROWS, OptionalInt.empty()), "the operator did not end in time");
  }

  private static void assertShortcoming(DemoResult result, String reason) {
    assertThat(result.ok()).isFalse();
    assertThat(result.shortcomings()).containsExactly(reason);
  }

  private static DemoResult result(
      FaultProgress progress, long errors, Balance actual, OptionalInt operatorExit) {
    return new DemoResult(
        Duration.ofSeconds(100),
        10,
        List.of(progress),
        new LoadReport(1_000, errors, errors == 0 ? "" : "it broke", Map.of(), List.of()),
        List.of(new Ledger.Comparison(Book.ORDERS, ROWS, actual)),
        operatorExit,
        OptionalInt.of(100),
        List.of());
  }

  private static OperatorEvent.Action action(Phase phase, Decision decision) {
    return new OperatorEvent.Action(
        "shop-analyze-1",
        "Analyze",
        ShopFault.STALE_STATISTICS.target(),
        ShopFault.STALE_STATISTICS.detector(),
        phase,
        OptionalInt.of(100),
        "",
        "done",
        List.of("ANALYZE"),
        Optional.of(
            new OperatorEvent.Effect(
                decision, OptionalDouble.of(9), OptionalDouble.of(8), OptionalDouble.of(10))),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
