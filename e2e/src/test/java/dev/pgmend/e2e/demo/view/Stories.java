// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import dev.pgmend.e2e.demo.story.Step;
import dev.pgmend.e2e.demo.story.Story;
import dev.pgmend.e2e.demo.story.View;
import dev.pgmend.e2e.testbed.operator.FakeOperator;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import dev.pgmend.e2e.testbed.workload.Latency;
import dev.pgmend.e2e.testbed.workload.LoadSample;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A demo in a state in which every kind of event has occurred. */
final class Stories {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Story story;

  private Stories(View view) {
    story = new Story(view, now::get);
  }

  /** Plays it to a view and returns its state. */
  static Story play(View view) {
    return new Stories(view).play();
  }

  /** Tells it to where the learner has just said what holds a statement back. */
  static Story playToDiagnosis(View view) {
    var stories = new Stories(view);
    stories.untilDiagnosed();
    return stories.story;
  }

  private Story play() {
    untilDiagnosed();
    pass(15_000);
    action(
        ShopFault.BLOATED_INDEX,
        "ReindexConcurrently",
        "Running",
        "\"progressPercent\":45,\"message\":\"building index: loading tuples in tree\","
            + "\"statements\":[\"REINDEX INDEX CONCURRENTLY i\"]");
    pass(16_000);
    action(
        ShopFault.STALE_STATISTICS,
        "Analyze",
        "Succeeded",
        "\"progressPercent\":100,\"decision\":\"Improved\",\"improvementPercent\":98.6,\"lowPercent\":98.2,"
            + "\"highPercent\":99.1,\"bytesBefore\":30000000,\"bytesAfter\":1000000,"
            + "\"statements\":[\"ANALYZE public.outbox\"]");
    action(
        ShopFault.SLOW_STATEMENT,
        "CreateIndexConcurrently",
        "Succeeded",
        "\"progressPercent\":100,\"decision\":\"Improved\",\"improvementPercent\":98.9,\"lowPercent\":98.7,"
            + "\"highPercent\":99.1,\"statements\":[\"CREATE INDEX CONCURRENTLY i ON tickets\"]");
    action(
        ShopFault.INVALID_INDEX,
        "ReindexConcurrently",
        "Failed",
        "\"message\":\"the server went away\"");
    story.load(new LoadSample(179.6, new Latency(900, 0.97, 24.2, 61.3), 9_535, 0));
    return story;
  }

  private void untilDiagnosed() {
    story.begin(Step.LOAD);
    story.detail("lineitem");
    story.note("492,844 rows, TPC-H and the shop's own");
    story.load(new LoadSample(180, new Latency(900, 0.61, 2.44, 19.6), 900, 0));
    pass(20_000);
    story.begin(Step.BREAK);
    for (var fault : ShopFault.values()) {
      story.broken(fault);
    }
    pass(5_000);
    story.begin(Step.HEAL);
    story.operatorLine("{\"event\":\"started\",\"metrics\":\"http://127.0.0.1:9/metrics\"}");
    pass(3_200);
    found(ShopFault.BLOATED_INDEX, "shipments_depot_tracking_idx is 19.7 MB; a rebuild saves 95%");
    found(ShopFault.INVALID_INDEX, "customer_phone_idx is invalid");
    found(ShopFault.STALE_STATISTICS, "public.outbox: 80,217 of 40,157 rows changed");
    story.operatorLine(
        """
        {"event":"finding","state":"found","detector":"DuplicateIndex","severity":"info",
         "target":"public.a(b)","summary":"b is the same as c"}
        """);
    action(ShopFault.BLOATED_INDEX, "ReindexConcurrently", "Scheduled", "\"reason\":\"Allowed\"");
    action(ShopFault.BLOATED_INDEX, "ReindexConcurrently", "Scheduled", "\"reason\":\"Allowed\"");
    story.operatorLine(FakeOperator.DIAGNOSIS);
    found(
        ShopFault.SLOW_STATEMENT, "public.tickets: an index on (agent, opened_at) would save 97%");
    action(
        ShopFault.SLOW_STATEMENT, "CreateIndexConcurrently", "Scheduled", "\"reason\":\"Allowed\"");
  }

  private void found(ShopFault fault, String summary) {
    story.operatorLine(
        """
        {"event":"finding","state":"found","detector":"%s","target":"%s","summary":"%s"}
        """
            .formatted(fault.detector(), fault.target(), summary));
  }

  private void action(ShopFault fault, String type, String phase, String more) {
    story.operatorLine(
        """
        {"event":"action","name":"a","detector":"%s","target":"%s","type":"%s","phase":"%s",%s}
        """
            .formatted(fault.detector(), fault.target(), type, phase, more)
            .strip());
  }

  private void pass(long millis) {
    now.updateAndGet(instant -> instant.plus(Duration.ofMillis(millis)));
  }
}
