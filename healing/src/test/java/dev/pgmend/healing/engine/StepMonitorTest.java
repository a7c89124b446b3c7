// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.repair.Progress;
import dev.pgmend.healing.testing.Ailment;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.CopyOnWriteArrayList;

class StepMonitorTest {
  private static final String CUT_WATCH =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND application_name LIKE 'pgmend%/watch'";

  @EachPostgres
  void aWatchThatIsCutOffBeginsAnew(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var told = new CopyOnWriteArrayList<Progress>();
    var runs = Runs.in(database).telling((_, _, progress) -> told.add(progress));
    try (var writer = database.begin("UPDATE orders SET note = 'x' WHERE id = 10")) {
      var run = TestDatabase.inBackground(() -> runs.run(plan, new FakeJournal()));
      await().until(() -> told.size() > 1);

      assertThat(database.texts(CUT_WATCH)).containsExactly("t");
      told.clear();
      await().until(() -> told.size() > 1);

      writer.commit();
      assertThat(run.join()).isEqualTo(new RunResult.Completed());
    }
    assertThat(Ailment.BLOATED_INDEX.isMended(database)).isTrue();
  }
}
