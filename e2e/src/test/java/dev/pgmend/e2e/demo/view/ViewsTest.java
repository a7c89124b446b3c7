// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.Story;
import dev.pgmend.e2e.testbed.workload.LoadReport;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void drawsEightyColumns() {
    assertThat(screen(true, 80, 24))
        .isEqualTo(
            """
            pgmend demo  0:59  Finding and repairing  metrics: http://127.0.0.1:9/metrics

            ● Bloated index     shipments(shipments_depot_tracking_idx)       found 3.2 s
              ReindexConcurrently      ▕████▌     ▏ Running
              building index: loading tuples in tree
            ✗ Invalid index     customer(customer_phone_idx)                  found 3.2 s
              ReindexConcurrently      ▕          ▏ Failed
              the server went away
            ● Missing index     lineitem(l_orderkey)                          broken
              lineitem_orderkey_idx was dropped, so finding the lines of an order needs a f…

            ✓ Stale statistics  outbox                                        found 3.2 s
              Analyze                  ▕██████████▏ Succeeded
              98.6% less time per call (95% interval 98% to 99.1%), 28.6 MB -> 977 kB
            ✓ Slow statement    tickets(agent, opened_at)                     found 3.2 s
              CreateIndexConcurrently  ▕██████████▏ Succeeded
              98.9% less time per call (95% CI 98.7% to 99.1%), expected 91% to 99.0%

            workload  180/s  p50 0.97 ms  p95 24 ms  p99 61 ms  9,535 requests, 0 errors\
            """);
  }

  @Test
  void drawsWithoutUnicode() {
    assertThat(screen(false, 60, 24))
        .isEqualTo(
            """
            pgmend demo  0:59  Finding and repairing  metrics: http:/...

            * Bloated index     shipments(shipments_depot_tracking_id...
              ReindexConcurrently      [####......] Running
              building index: loading tuples in tree
            x Invalid index     customer(customer_phone_idx)         ...
              ReindexConcurrently      [..........] Failed
              the server went away
            * Missing index     lineitem(l_orderkey)                 ...
              lineitem_orderkey_idx was dropped, so finding the lines...

            + Stale statistics  outbox                               ...
              Analyze                  [##########] Succeeded
              98.6% less time per call (95% interval 98% to 99.1%), 2...
            + Slow statement    tickets(agent, opened_at)            ...
              CreateIndexConcurrently  [##########] Succeeded
              98.9% less time per call (95% CI 98.7% to 99.1%), expec...

            workload  180/s  p50 0.97 ms  p95 24 ms  p99 61 ms  9,535...\
            """);
  }

  @Test
  void omitsMessagesIfThePlanNeedsTheirRoom() {
    assertThat(screen(Stories.playToDiagnosis(noView()), true, 79, 23))
        .isEqualTo(
            """
            pgmend demo  0:28  Finding and repairing  metrics: http://127.0.0.1:9/metrics

            ● Bloated index     shipments(shipments_depot_tracking_idx)       found 3.2 s
              ReindexConcurrently      ▕          ▏ Scheduled
            ● Invalid index     customer(customer_phone_idx)                  found 3.2 s
              customer_phone_idx was dropped, and its concurrent rebuild was cancelled beh…
            ● Missing index     lineitem(l_orderkey)                          broken
              lineitem_orderkey_idx was dropped, so finding the lines of an order needs a …
            ● Stale statistics  outbox                                        found 3.2 s
              a bulk job turned autovacuum off, sent all but the newest events, and ended
            ● Slow statement    tickets(agent, opened_at)                     found 3.2 s
              CreateIndexConcurrently  ▕          ▏ Scheduled

            workload  180/s  p50 0.61 ms  p95 2.4 ms  p99 20 ms  900 requests, 0 errors

            plan  24 ms per call, 31% of all time: SELECT id FROM tickets WHERE agent = $1…
                  Limit                                                   10 rows   0.30 ms
            cut >  Seq Scan on tickets (agent = $1)                    3,000 rows     24 ms
            cut 0.043 = flow 0.043 repairs for the first ms; up to 24 ms of 24 ms\
            """);
  }

  @Test
  void drawsThePlanBelowTheFaults() {
    var story = Stories.playToDiagnosis(noView());

    assertThat(screen(story, true, 79, 40).lines()).hasSize(24);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 40, 79, 200})
  void drawsNoLineWiderThanTheTerminal(int columns) {
    assertThat(screen(Stories.playToDiagnosis(noView()), true, columns, 23).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
    assertThat(screen(true, columns, 24).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
  }

  @Test
  void drawsNoMoreLinesThanTheTerminalHasRows() {
    assertThat(screen(true, 80, 5).lines()).hasSize(5);
  }

  @Test
  void printsOneLinePerChange() {
    Stories.play(new PlainView(out));

    assertThat(text())
        .isEqualTo(
            """
               0.0 s  Loading a shop
               0.0 s    492,844 rows, TPC-H and the shop's own
               0.0 s    Workload          180/s  p50 0.61 ms  p95 2.4 ms  p99 20 ms  900 requests, 0 errors
              20.0 s  Injecting five faults
              20.0 s    Bloated index     injected: 350,000 parcels of a season were inserted and purged; the index kept its size
              20.0 s    Invalid index     injected: customer_phone_idx was dropped, and its concurrent rebuild was cancelled behind an open report
              20.0 s    Missing index     injected: lineitem_orderkey_idx was dropped, so finding the lines of an order needs a full scan
              20.0 s    Stale statistics  injected: a bulk job turned autovacuum off, sent all but the newest events, and ended
              20.0 s    Slow statement    injected: a migration dropped tickets_agent_opened_at_idx; only the workload shows that it is missing
              25.0 s  Finding and repairing
              25.0 s    metrics: http://127.0.0.1:9/metrics
              28.2 s    Bloated index     found: shipments_depot_tracking_idx is 19.7 MB; a rebuild saves 95%
              28.2 s    Invalid index     found: customer_phone_idx is invalid
              28.2 s    Stale statistics  found: public.outbox: 80,217 of 40,157 rows changed
              28.2 s    Also found        b is the same as c
              28.2 s    Bloated index     ReindexConcurrently Scheduled (Allowed)
              28.2 s    Slow statement    found: 24 ms per call, 31% of all time
                                          SELECT id FROM tickets WHERE agent = $1 ORDER BY opened_at DESC LIMIT $2
                                                Limit                                                    10 rows   0.30 ms
                                          cut >  Seq Scan on tickets (agent = $1)                     3,000 rows     24 ms
                                          cut 0.043 = flow 0.043 repairs for the first ms; up to 24 ms of 24 ms
                                          expected 97% less time per call (80% interval 91% to 99.0%, by model)
              28.2 s    Slow statement    found: public.tickets: an index on (agent, opened_at) would save 97%
              28.2 s    Slow statement    CreateIndexConcurrently Scheduled (Allowed)
              43.2 s    Bloated index     ReindexConcurrently Running: REINDEX INDEX CONCURRENTLY i
              59.2 s    Stale statistics  Analyze Succeeded: 98.6% less time per call (95% interval 98% to 99.1%), 28.6 MB -> 977 kB
              59.2 s    Slow statement    CreateIndexConcurrently Succeeded: 98.9% less time per call (95% CI 98.7% to 99.1%), expected 91% to 99.0%
              59.2 s    Invalid index     ReindexConcurrently Failed: the server went away
              59.2 s    Workload          180/s  p50 0.97 ms  p95 24 ms  p99 61 ms  9,535 requests, 0 errors
            """);
  }

  @Test
  void reportsThePlanOfASlowStatement() {
    var faults = Stories.play(noView()).snapshot().faults();
    var load = new LoadReport(9_535, 0, "", Map.of(), List.of());
    var result =
        new DemoResult(
            Duration.ofSeconds(59),
            612_844,
            faults,
            load,
            List.of(),
            OptionalInt.of(0),
            OptionalInt.of(100),
            List.of());

    var lines = Report.lines(result);

    var head = lines.indexOf("  Slow statement    tickets(agent, opened_at)");
    assertThat(lines.subList(head, head + 10))
        .containsExactly(
            "  Slow statement    tickets(agent, opened_at)",
            "      found in 3.2 s, NOT REPAIRED",
            "      24 ms per call, 31% of all time, in this plan:",
            "      SELECT id FROM tickets WHERE agent = $1 ORDER BY opened_at DESC LIMIT $2",
            "      Limit                                                    10 rows   0.30 ms",
            "cut >  Seq Scan on tickets (agent = $1)                     3,000 rows     24 ms",
            "      cut 0.043 = flow 0.043 repairs for the first ms; up to 24 ms of 24 ms",
            "      CREATE INDEX CONCURRENTLY i ON tickets;",
            "      expected: 97% less time per call (80% interval 91% to 99.0%, by model)",
            "      measured: 98.9% less time per call (95% interval 98.7% to 99.1%)");
    assertThat(lines.subList(0, lines.indexOf("These checks failed:")))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void printsAsciiWithoutControlCharacters() {
    Stories.play(new PlainView(out));

    assertThat(text().replace("\n", "")).matches("[ -~]*");
  }

  @Test
  void printsJsonObjectsWithAnEvent() throws Exception {
    Stories.play(new JsonView(out));

    var json = new ObjectMapper();
    for (var line : text().lines().toList()) {
      assertThat(json.readTree(line).path("event").asText())
          .as(line)
          .isIn("step", "fault", "finding", "action", "diagnosis", "workload");
    }
  }

  private static String screen(boolean unicode, int columns, int rows) {
    return screen(Stories.play(noView()), unicode, columns, rows);
  }

  private static PlainView noView() {
    return new PlainView(new PrintStream(OutputStream.nullOutputStream()));
  }

  private static String screen(Story story, boolean unicode, int columns, int rows) {
    return new Screen(unicode)
        .draw(story.snapshot(), columns, rows).stream()
            .map(AttributedString::toString)
            .map(String::stripTrailing)
            .collect(Collectors.joining("\n"));
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
