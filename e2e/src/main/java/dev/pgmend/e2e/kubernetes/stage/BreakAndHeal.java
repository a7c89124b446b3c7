package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.kubernetes.Scene;
import dev.pgmend.e2e.kubernetes.Stage;
import dev.pgmend.e2e.kubernetes.StageFailedException;
import dev.pgmend.e2e.kubernetes.Waiting;
import dev.pgmend.e2e.testbed.shop.Breaker;
import dev.pgmend.e2e.testbed.shop.FaultCheck;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;

/** Breaks two things under load, and sees both found, mended and verified. */
public final class BreakAndHeal implements Stage {
  private static final long SEED = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The faults, and what their repair is about. */
  private static final Map<ShopFault, String> FAULTS =
      Map.of(
          ShopFault.BLOATED_INDEX, "shipments_depot_tracking_idx",
          ShopFault.STALE_STATISTICS, "outbox");

  @Override
  public String title() {
    return "Breaking two things under load";
  }

  @Override
  public String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var breaker = new Breaker(scene.shop().owner(), scene.ledger(), SEED);
    for (var fault : FAULTS.keySet()) {
      breaker.bring(fault);
      scene.console().note("%s: %s".formatted(fault.title(), fault.cause()));
    }
    var watch = new ActionWatch(scene);
    var verdicts = new ArrayList<String>();
    for (var fault : FAULTS.entrySet()) {
      var action =
          Waiting.until(
              "%s to be mended and verified".formatted(fault.getKey().title()),
              PATIENCE,
              () -> watch.succeeded(fault.getValue()));
      var verdict = Objects.requireNonNull(ActionWatch.status(action).verdict(), "no verdict");
      verdicts.add("%s: %s".formatted(fault.getKey().title(), verdict.decision()));
    }
    try (var connection = scene.shop().owner().connect("shop/proof")) {
      for (var fault : FAULTS.keySet()) {
        if (!FaultCheck.isGone(connection, fault)) {
          throw new StageFailedException(
              "%s is said to be mended, but the catalog shows it still".formatted(fault.title()));
        }
      }
    }
    watch.print();
    return String.join("; ", verdicts) + "; the catalog agrees";
  }
}
