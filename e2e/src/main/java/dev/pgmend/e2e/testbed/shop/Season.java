package dev.pgmend.e2e.testbed.shop;

/** Parcels, as SQL. */
final class Season {
  /** Depots that parcels go through. */
  static final int DEPOTS = 40;

  private Season() {}

  /**
   * Inserts parcels for all depots, with tracking numbers in no order: so new ones go between old
   * ones all over the index.
   *
   * @param delivered whether they have arrived, and may be purged
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
