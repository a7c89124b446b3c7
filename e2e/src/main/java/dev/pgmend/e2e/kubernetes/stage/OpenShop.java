// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import dev.pgmend.e2e.testbed.shop.ShopDatabase;
import dev.pgmend.e2e.testbed.shop.ShopLoader;
import dev.pgmend.e2e.testbed.workload.Workload;
import java.sql.SQLException;

/** Loads the shop into the Postgres and starts its users. */
public final class OpenShop implements Stage {
  private static final double SCALE = 0.025;
  private static final long SEED = 1;

  @Override
  public String title() {
    return "Loading and opening the shop";
  }

  @Override
  public String run(Scene scene) throws SQLException {
    var database = ShopDatabase.create(scene.superuser());
    scene.shop(new Scene.Shop(database.owner(), database.operatorLogin()));
    long rows;
    try (var connection = database.owner().connect("shop/load")) {
      rows = new ShopLoader(connection, SCALE, SEED, _ -> {}).load();
      BigTable.create(connection);
      scene.ledger().open(connection);
    }
    var workload = Workload.start(database.owner(), scene.ledger(), SEED);
    scene.workload(workload);
    scene.atEnd(workload::close);
    return "%,d rows; eight users read and write".formatted(rows);
  }
}
