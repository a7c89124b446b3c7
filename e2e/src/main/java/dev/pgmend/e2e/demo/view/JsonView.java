// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.FaultProgress;
import dev.pgmend.e2e.demo.story.Snapshot;
import dev.pgmend.e2e.demo.story.View;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.workload.Latency;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Prints one JSON object per line: {@code step}, {@code fault}, {@code finding}, {@code workload},
 * the operator's own {@code action} and {@code diagnosis}, and {@code result} last.
 */
public final class JsonView implements View {
  private static final double MS_PER_SECOND = 1_000;

  private final PrintStream out;

  public JsonView(PrintStream out) {
    this.out = out;
  }

  @Override
  public void step(Snapshot now) {
    print(event("step", now).put("step", now.step().id()).put("title", now.step().title()));
  }

  @Override
  public void note(Snapshot now) {
    print(event("step", now).put("step", now.step().id()).put("detail", now.detail()));
  }

  @Override
  public void detail(Snapshot now) {}

  @Override
  public void fault(Snapshot now, FaultProgress progress) {
    print(Results.fault(event("fault", now), progress));
  }

  @Override
  public void otherFinding(Snapshot now, OperatorEvent.Finding finding) {
    print(Results.finding(event("finding", now), finding));
  }

  @Override
  public void operatorLine(String line) {
    out.println(line);
    out.flush();
  }

  @Override
  public void load(Snapshot now) {
    now.load()
        .ifPresent(load -> {
          var node = event("workload", now).put("perSecond", load.perSecond());
          latency(node, load.recent());
          print(node.put("requests", load.requests()).put("errors", load.errors()));
        });
  }

  @Override
  public void result(DemoResult result) {
    print(Results.result(result));
  }

  @Override
  public void close() {
    out.flush();
  }

  static ObjectNode latency(ObjectNode node, Latency latency) {
    return node.put("p50Ms", latency.p50Ms())
        .put("p95Ms", latency.p95Ms())
        .put("p99Ms", latency.p99Ms());
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / MS_PER_SECOND;
  }

  private static ObjectNode event(String name, Snapshot now) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("event", name)
        .put("seconds", seconds(now.elapsed()));
  }

  private void print(JsonNode node) {
    out.println(node);
    out.flush();
  }
}
