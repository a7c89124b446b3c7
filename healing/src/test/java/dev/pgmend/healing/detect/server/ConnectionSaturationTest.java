// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;

class ConnectionSaturationTest {
  private final Look look = Look.with(new ConnectionSaturation());

  @EachPostgres
  void aFewConnectionsAreNotFound(TestDatabase database) throws SQLException {
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void itIsFoundWhenFewAreLeft(TestDatabase database) throws SQLException {
    var connections = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 60; i++) {
        connections.add(database.connect());
      }

      assertThat(look.setting("warnUsedPercent", "15").at(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.target()).isEqualTo(Target.server());
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.evidenceLong("used")).isGreaterThanOrEqualTo(60);
            assertThat(finding.evidenceLong("idle")).isGreaterThanOrEqualTo(60);
            assertThat(finding.evidenceLong("available"))
                .isEqualTo(
                    database.number(
                        """
                        SELECT sum(setting::int * CASE name WHEN 'max_connections' THEN 1 ELSE -1 END)
                          FROM pg_settings
                         WHERE name IN ('max_connections', 'superuser_reserved_connections',
                                        'reserved_connections')
                        """));
          });
      assertThat(
              look.setting("warnUsedPercent", "15")
                  .setting("criticalUsedPercent", "16")
                  .at(database))
          .extracting(Finding::severity)
          .containsExactly(Severity.CRITICAL);
    } finally {
      for (var connection : connections) {
        connection.close();
      }
    }
  }
}
