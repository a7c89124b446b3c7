// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.scale;

import dev.pgmend.healing.testing.TestDatabase;

/** Tables of some rows, each with a sequence, a foreign key and five indexes. */
final class LargeSchema {
  /** Of each table. */
  static final int INDEXES = 5;

  private static final int TABLES_AT_A_TIME = 100;

  private LargeSchema() {}

  /** Makes tables {@code many_1}, {@code many_2} and so on in the schema public. */
  static void create(TestDatabase database, int tables) {
    // One transaction for all would run out of locks.
    database.execute(
        """
        DO $do$ BEGIN
          FOR i IN 1..%d LOOP
            EXECUTE format($sql$
              CREATE TABLE many_%%1$s (
                id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                parent int REFERENCES many_%%2$s, day date, name text, note text);
              CREATE INDEX many_%%1$s_parent ON many_%%1$s (parent);
              CREATE INDEX many_%%1$s_day_name ON many_%%1$s (day, name);
              CREATE INDEX many_%%1$s_lower ON many_%%1$s (lower(name)) WHERE day > '2026-01-01';
              CREATE INDEX many_%%1$s_name ON many_%%1$s (name text_pattern_ops) INCLUDE (note);
              INSERT INTO many_%%1$s (parent, day, name, note)
                SELECT 1, '2026-01-01'::date + n, 'name ' || n, repeat('x', n)
                  FROM generate_series(1, 10) n;
              $sql$, i, greatest(i - 1, 1));
            IF i %% %d = 0 THEN COMMIT; END IF;
          END LOOP;
        END $do$
        """
            .formatted(tables, TABLES_AT_A_TIME),
        "ANALYZE");
  }
}
