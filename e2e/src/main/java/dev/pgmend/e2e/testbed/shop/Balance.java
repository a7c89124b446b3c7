package dev.pgmend.e2e.testbed.shop;

/**
 * What a table holds, or what a change adds to it.
 *
 * @param rows how many
 * @param keys the sum of their keys: tells which rows they are
 * @param amount the sum of a number that updates change: tells that no update was lost
 */
public record Balance(long rows, long keys, long amount) {
  public static final Balance ZERO = new Balance(0, 0, 0);

  /** One row more. */
  public static Balance inserted(long key, long amount) {
    return new Balance(1, key, amount);
  }

  /** A row of which only the amount changed. */
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
