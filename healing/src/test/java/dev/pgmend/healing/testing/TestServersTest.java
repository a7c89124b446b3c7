// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import static org.assertj.core.api.Assertions.assertThat;

class TestServersTest {
  @EachPostgres
  void aTestHasADatabaseOfItsOwnWithTheExtensions(TestDatabase database) {
    assertThat(database.text("SELECT current_database()")).isEqualTo(database.name());
    assertThat(database.texts("SELECT extname FROM pg_extension ORDER BY 1"))
        .contains("pg_stat_statements", "pgstattuple");
    assertThat(database.text("SHOW autovacuum")).isEqualTo("off");
  }
}
