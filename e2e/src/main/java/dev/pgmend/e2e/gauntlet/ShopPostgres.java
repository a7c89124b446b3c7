// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.sql.SQLException;

/** A Postgres with the shop's database, until it is closed. */
interface ShopPostgres extends AutoCloseable {
  TargetServer target();

  /** The login of pgmend, which is not a superuser. */
  Login operatorLogin();

  @Override
  void close() throws IOException, SQLException;
}
