// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

/**
 * The contents of a table as totals, or what a change adds to them.
 *
 * @param rows number of rows
 * @param keys the sum of their keys, which identifies the rows
 * @param amount the sum of a column that updates change, which shows that no update was lost
 */
public record Balance(long rows, long keys, long amount) {
  public static final Balance ZERO = new Balance(0, 0, 0);

  /** Adds one row. */
  public static Balance inserted(long key, long amount) {
    return new Balance(1, key, amount);
  }

  /** Changes the amount of a row. */
  public static Balance updated(long amountChange) {
    return new Balance(0, 0, amountChange);
  }

  public Balance plus(Balance other) {
    return new Balance(rows + other.rows, keys + other.keys, amount + other.amount);
  }

  public Balance negated() {
    return new Balance(-rows, -keys, -amount);
  }
}
