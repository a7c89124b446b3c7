// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import dev.pgmend.e2e.testbed.shop.Entry;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A kind of request that the shop's users make.
 *
 * @param perSecond average rate
 * @param suffersFrom the fault that slows it down; empty if none does
 */
record Request(String name, double perSecond, Optional<ShopFault> suffersFrom, Work work) {

  /** Runs one transaction. */
  @FunctionalInterface
  interface Work {
    /**
     * @param connection in autocommit, and left so
     * @return the changes that the server acknowledged
     */
    List<Entry> run(Connection connection, SplittableRandom random) throws SQLException;
  }
}
