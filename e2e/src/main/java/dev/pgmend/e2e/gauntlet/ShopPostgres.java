package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.sql.SQLException;

/** A Postgres with the shop's database in it, until it is closed. */
interface ShopPostgres extends AutoCloseable {
  TargetServer arena();

  /** What pgmend logs in as: no superuser. */
  Login carer();

  @Override
  void close() throws IOException, SQLException;
}
