// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class TargetSizeTest {
  @EachPostgres
  void anIndexCountsAloneAndATableWithItsIndexes(TestDatabase database) throws SQLException {
    Faults.duplicateIndexes(database, "orders", "one", "two");
    try (var session = database.session(Purpose.INSPECT)) {
      assertThat(TargetSize.read(session, Target.index(database.name(), "public", "orders", "one")))
          .hasValue(database.number("SELECT pg_relation_size('one')"));
      assertThat(TargetSize.read(session, Target.table(database.name(), "public", "orders")))
          .hasValue(database.number("SELECT pg_total_relation_size('orders')"));
    }
  }

  @EachPostgres
  void whatIsNotThereHasNoSize(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      assertThat(TargetSize.read(session, Target.index(database.name(), "public", "t", "gone")))
          .isEmpty();
      assertThat(TargetSize.read(session, Target.database(database.name()))).isEmpty();
    }
  }
}
