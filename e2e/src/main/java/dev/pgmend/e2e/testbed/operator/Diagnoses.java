// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads a diagnosis as {@code pgmend run --json} and {@code pgmend advise --json} print it. */
final class Diagnoses {
  private Diagnoses() {}

  static OperatorEvent.Diagnosis read(JsonNode node) {
    var advice = node.path("advice");
    return new OperatorEvent.Diagnosis(
        advice.isObject() ? target(advice) : "",
        node.path("statement").asText(""),
        node.path("meanMs").asDouble(),
        node.path("sharePercent").asDouble(),
        plan(node.path("plan")),
        node.path("cutValue").asDouble(),
        node.path("flowValue").asDouble(),
        node.path("latencyMs").asDouble(),
        node.path("savableMs").asDouble(),
        node.path("timesBy").asText(""),
        expected(advice.path("gain")));
  }

  private static String target(JsonNode advice) {
    return "%s.%s(%s)"
        .formatted(
            advice.path("schema").asText(),
            advice.path("relation").asText(),
            StreamSupport.stream(advice.path("columns").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", ")));
  }

  private static List<OperatorEvent.PlanLine> plan(JsonNode lines) {
    var plan = new ArrayList<OperatorEvent.PlanLine>();
    for (var line : lines) {
      plan.add(
          new OperatorEvent.PlanLine(
              line.path("depth").asInt(),
              line.path("text").asText(""),
              line.path("rows").asDouble(),
              line.path("selfMs").asDouble(),
              line.path("marked").asBoolean()));
    }
    return plan;
  }

  private static Optional<OperatorEvent.Expected> expected(JsonNode gain) {
    return gain.isObject()
        ? Optional.of(
            new OperatorEvent.Expected(
                gain.path("percent").asDouble(),
                gain.path("low").asDouble(),
                gain.path("high").asDouble(),
                gain.path("source").asText("")))
        : Optional.empty();
  }
}
