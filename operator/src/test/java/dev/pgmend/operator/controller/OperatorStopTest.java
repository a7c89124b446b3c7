// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import static dev.pgmend.operator.testing.OperatorUnderTest.patiently;
import static dev.pgmend.operator.testing.OperatorUnderTest.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestServers;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.testing.OperatorUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An operator stops in good order while a repair runs, and another one takes over. */
class OperatorStopTest {
  private static final String CREATE = "CreateIndexConcurrently";
  private static final Duration LONGER_THAN_BETWEEN_TWO_LOOKS = Duration.ofSeconds(1);

  @Test
  void aBuildUnderWayGoesOnAndIsTheNextOperatorsToRecord() {
    try (var api = InProcessApi.start();
        var client = api.client();
        var database = TestServers.newest().createDatabase()) {
      Faults.foreignKeyWithoutIndex(database, "parents", "children");
      var first = new OperatorUnderTest(client, Optional.empty());
      var room = first.room();
      try (var _ = database.begin("UPDATE children SET id = -1 WHERE id = 1")) {
        room.manage(database, policy(spec -> spec.withMode(PolicyMode.Auto)));
        // The build has begun, and waits for the transaction.
        patiently()
            .until(() -> database.isTrue("SELECT count(*) = 1 FROM pg_index WHERE NOT indisvalid"));

        first.close();

        await()
            .during(LONGER_THAN_BETWEEN_TWO_LOOKS)
            .untilAsserted(() -> assertThat(journal(room)).containsExactly(JournalEvent.Intended));
      }
      try (var _ = new OperatorUnderTest(client, Optional.empty())) {
        room.awaitPhase(CREATE, HealingPhase.Succeeded);
      }
      assertThat(journal(room)).containsExactly(JournalEvent.Intended, JournalEvent.Done);
    }
  }

  private static List<JournalEvent> journal(OperatorUnderTest.Room room) {
    return Actions.statusOf(room.action(CREATE)).journal().stream()
        .map(entry -> entry.event())
        .toList();
  }
}
