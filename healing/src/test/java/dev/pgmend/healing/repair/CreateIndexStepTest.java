// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class CreateIndexStepTest {
  private final CreateIndexStep step =
      new CreateIndexStep(
          "public", "made", "CREATE INDEX CONCURRENTLY made ON \"public\".\"orders\" (id)");

  /** As after a table was swapped for another, whose former self keeps its indexes. */
  @EachPostgres
  void anIndexOfThatNameIsNotTakenForOurs(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE orders (id int)",
        "CREATE INDEX made ON orders (id)",
        "ALTER TABLE orders RENAME TO orders_old",
        "CREATE TABLE orders (id int)");
    try (var session = database.session(Purpose.WATCH)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> step.mark(session))
          .withMessageContaining("index public.made exists already");

      database.execute("DROP INDEX made");
      var mark = step.mark(session);
      database.execute(step.sql());
      assertThat(step.aftermath(session, mark)).isEqualTo(StepOutcome.DONE);
    }
  }
}
