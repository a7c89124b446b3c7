// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

/** The SQL of the parcels. */
final class Season {
  /** Depots that parcels go through. */
  static final int DEPOTS = 40;

  private Season() {}

  /**
   * Inserts parcels for all depots with random tracking numbers, so that new entries are spread
   * over the whole index.
   *
   * @param delivered whether they were delivered and may be purged
   */
  static String insert(int parcels, boolean delivered, long seed) {
    return """
    INSERT INTO shipments (depot, tracking, weight_grams, delivered)
    SELECT 'D' || lpad((1 + abs(hashint8extended(i, %1$d)) %% %2$d)::text, 2, '0'),
           substr(md5((i + %1$d)::text), 1, 16),
           100 + abs(hashint8extended(i, %1$d + 1)) %% 20000,
           %4$b
      FROM generate_series(1, %3$d) i
    """
        .formatted(seed, DEPOTS, parcels, delivered);
  }
}
