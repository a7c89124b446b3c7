// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Finding;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private Events events;

  @BeforeEach
  void listen() {
    events = new Events(directory.resolve("events.jsonl"));
  }

  @Test
  void logsEveryLineAndParsesKnownOnes() throws Exception {
    finding("found", "IndexBloat", "warning");
    events.line("not json");

    assertThat(Files.readAllLines(directory.resolve("events.jsonl"))).hasSize(2);
    assertThat(events.findings()).extracting(Finding::detector).containsExactly("IndexBloat");
  }

  @Test
  void waitsForEventFromAnotherThread() throws Exception {
    var found =
        CompletableFuture.supplyAsync(() -> {
          try {
            return events.await(0, PATIENCE, Finding.class::isInstance);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    finding("found", "IndexBloat", "warning");

    assertThat(found.get(1, TimeUnit.MINUTES)).isPresent();
  }

  @Test
  void ignoresEventsBeforeTheMoment() throws Exception {
    finding("found", "IndexBloat", "warning");

    assertThat(events.await(System.nanoTime(), Duration.ZERO, _ -> true)).isEmpty();
    assertThat(events.findingsSince(System.nanoTime())).isEmpty();
    assertThat(events.findingsSince(0)).hasSize(1);
  }

  @Test
  void excludesInfoFromFindingsSince() {
    finding("found", "SettingDrift", "info");

    assertThat(events.findings()).hasSize(1);
    assertThat(events.findingsSince(0)).isEmpty();
  }

  @Test
  void waitsUntilFindingIsGone() throws Exception {
    finding("found", "IndexBloat", "warning");
    var begin = System.nanoTime();
    events.awaitGone("IndexBloat", Duration.ofMillis(50));
    assertThat(System.nanoTime() - begin).isGreaterThan(Duration.ofMillis(50).toNanos());

    finding("gone", "IndexBloat", "warning");
    events.awaitGone("IndexBloat", PATIENCE);
  }

  @Test
  void returnsLastEventOfAction() {
    action("Running");
    action("Succeeded");

    assertThat(events.last(action -> action.name().equals("a")))
        .map(Action::phase)
        .hasValue(Phase.Succeeded);
    assertThat(events.last(action -> action.name().equals("b"))).isEmpty();
  }

  private void finding(String state, String detector, String severity) {
    events.line(
        """
        {"event":"finding","state":"%s","detector":"%s","severity":"%s","target":"public.t(i)"}
        """
            .formatted(state, detector, severity)
            .strip());
  }

  private void action(String phase) {
    events.line("{\"event\":\"action\",\"name\":\"a\",\"phase\":\"%s\"}".formatted(phase));
  }
}
