// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class DefaultPartitionFillingTest {
  private final Look look = Look.with(new DefaultPartitionFilling());

  @EachPostgres
  void warnsOfRowsInDefaultPartitionOfRanges(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE events (day int) PARTITION BY RANGE (day)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE events_rest PARTITION OF events DEFAULT",
        "INSERT INTO events SELECT i % 100 FROM generate_series(1, 2000) i");
    assertThat(look.at(database)).isEmpty();

    database.execute("INSERT INTO events SELECT 100 + i FROM generate_series(1, 2000) i");
    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.target())
              .isEqualTo(Target.table(database.name(), "public", "events_rest"));
          assertThat(finding.evidence())
              .containsEntry("parent", "public.events")
              .containsEntry("rows", "2000");
          assertThat(finding.repair()).isEmpty();
        });
    assertThat(look.setting("minRows", "2001").at(database)).isEmpty();
  }

  @EachPostgres
  void notesRowsInDefaultPartitionOfLists(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE orders (country text) PARTITION BY LIST (country)",
        "CREATE TABLE orders_rest PARTITION OF orders DEFAULT",
        "INSERT INTO orders SELECT 'c' || i FROM generate_series(1, 2000) i");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
  }
}
