// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RootCausesTest {
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);
  private static final InspectionOptions SMALL =
      InspectionOptions.of(
          Map.of(
              "BlockingSession.warnIdleInTransaction", "0s",
              "AutovacuumLag.minDeadRows", "1000",
              "AutovacuumLag.minHeldBackXids", "0",
              "TableBloat.minHeldBackXids", "0",
              "TableBloat.minWasted", "100Ki"));

  @EachPostgres
  void aForgottenTransactionIsNamedBeforeTheBloatThatItBrings(TestDatabase database)
      throws SQLException {
    Faults.table(database, "orders");
    try (var forgotten =
        database.begin("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1")) {
      database.execute(
          "UPDATE orders SET note = 'x'",
          "UPDATE orders SET note = 'y'",
          "UPDATE orders SET note = 'z'");
      Faults.flushStatistics(database);

      var inspector = new Inspector(database.server(), new Memory());
      var findings =
          new ArrayList<>(inspector.inspectServer(SMALL, LONG_ENOUGH, List.of()).findings());
      findings.addAll(inspector.inspect(database.name(), SMALL, LONG_ENOUGH).findings());
      var bloat = findings.stream().filter(f -> f.detector().equals("TableBloat")).findFirst();
      var causes = RootCauses.among(findings);

      assertThat(bloat)
          .hasValueSatisfying(finding ->
              assertThat(causes.chain(finding).getFirst())
                  .satisfies(root -> {
                    assertThat(root.detector()).isEqualTo("BlockingSession");
                    assertThat(root.target())
                        .isEqualTo(
                            Target.object("session", Integer.toString(forgotten.backendPid())));
                    assertThat(causes.of(root)).isEmpty();
                  }));
    }
  }

  @Test
  void aTablesBloatAndItsStatisticsComeOfItsDeadRowsAndItsIndexesOfBoth() {
    var lag = finding("AutovacuumLag", Target.table("d", "s", "t"));
    var table = finding("TableBloat", Target.table("d", "s", "t"));
    var index = finding("IndexBloat", Target.index("d", "s", "t", "i"));
    var stale = finding("StaleStatistics", Target.table("d", "s", "t"));
    var other = finding("IndexBloat", Target.index("d", "s", "u", "i"));
    var elsewhere = finding("IndexBloat", Target.index("e", "s", "t", "i"));

    var causes = RootCauses.among(List.of(index, other, table, stale, lag, elsewhere));

    assertThat(causes.chain(index)).startsWith(lag).endsWith(index);
    assertThat(causes.of(table)).hasValue(lag);
    assertThat(causes.of(stale)).hasValue(lag);
    assertThat(causes.of(lag)).isEmpty();
    assertThat(causes.of(other)).isEmpty();
    assertThat(causes.of(elsewhere)).isEmpty();
  }

  private static Finding finding(String detector, Target target) {
    return new Finding(detector, Severity.WARNING, target, "", Map.of());
  }
}
