// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import dev.pgmend.e2e.testbed.shop.Breaker;
import dev.pgmend.e2e.testbed.shop.FaultCheck;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;

/** Injects two faults under load and waits until both are found, repaired and verified. */
public final class BreakAndHeal implements Stage {
  private static final long SEED = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The faults, and the object that each repair is about. */
  private static final Map<ShopFault, String> FAULTS =
      Map.of(
          ShopFault.BLOATED_INDEX, "shipments_depot_tracking_idx",
          ShopFault.STALE_STATISTICS, "outbox");

  @Override
  public String title() {
    return "Injecting two faults under load";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var breaker = new Breaker(scene.shop().owner(), scene.ledger(), SEED);
    for (var fault : FAULTS.keySet()) {
      breaker.inject(fault);
      scene.console().note("%s: %s".formatted(fault.title(), fault.cause()));
    }
    var watch = new ActionWatch(scene);
    var verdicts = new ArrayList<String>();
    for (var fault : FAULTS.entrySet()) {
      var action =
          Waiting.until(
              "%s to be repaired and verified".formatted(fault.getKey().title()),
              PATIENCE,
              () -> watch.succeeded(fault.getValue()));
      var verdict = Objects.requireNonNull(ActionWatch.status(action).verdict(), "no verdict");
      verdicts.add("%s: %s".formatted(fault.getKey().title(), verdict.decision()));
    }
    try (var connection = scene.shop().owner().connect("shop/check")) {
      for (var fault : FAULTS.keySet()) {
        if (!FaultCheck.isGone(connection, fault)) {
          throw new StageFailedException(
              "the repair of %s succeeded, but the catalog still shows the fault"
                  .formatted(fault.title()));
        }
      }
    }
    watch.print();
    return String.join("; ", verdicts) + "; confirmed by the catalog";
  }
}
