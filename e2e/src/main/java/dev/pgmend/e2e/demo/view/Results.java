// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.FaultProgress;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.shop.Balance;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.workload.LoadReport;
import dev.pgmend.e2e.testbed.workload.Period;
import java.util.Locale;

/** The result of the demo as JSON, with everything that determines the exit code. */
final class Results {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Results() {}

  static ObjectNode result(DemoResult result) {
    var node =
        NODES
            .objectNode()
            .put("event", "result")
            .put("ok", result.ok())
            .put("seconds", JsonView.seconds(result.elapsed()))
            .put("rowsLoaded", result.loaded());
    var shortcomings = node.putArray("shortcomings");
    result.shortcomings().forEach(shortcomings::add);
    var faults = node.putArray("faults");
    result
        .faults()
        .forEach(progress -> {
          var fault = fault(faults.addObject(), progress);
          progress.diagnosis().ifPresent(d -> diagnosis(fault.putObject("diagnosis"), d));
        });
    var others = node.putArray("otherFindings");
    result.otherFindings().forEach(finding -> finding(others.addObject(), finding));
    workload(node.putObject("workload"), result.load());
    node.put("rowsLost", result.rowsLost());
    ledger(node.putArray("ledger"), result);
    var operator = node.putObject("operator");
    result.operatorExit().ifPresent(code -> operator.put("exitCode", code));
    result.healthScore().ifPresent(score -> operator.put("healthScore", score));
    return node;
  }

  static ObjectNode fault(ObjectNode node, FaultProgress progress) {
    node.put("fault", name(progress.fault()))
        .put("detector", progress.fault().detector())
        .put("target", progress.fault().target())
        .put("broken", progress.broken())
        .put("found", progress.found())
        .put("repaired", progress.repaired())
        .put("verified", progress.verified())
        .put("checkedGone", progress.checkedGone());
    progress.foundAfter().ifPresent(d -> node.put("foundAfterSeconds", JsonView.seconds(d)));
    progress.endedAfter().ifPresent(d -> node.put("endedAfterSeconds", JsonView.seconds(d)));
    progress.action().ifPresent(action -> action(node, action));
    return node;
  }

  private static void diagnosis(ObjectNode node, OperatorEvent.Diagnosis diagnosis) {
    node.put("statement", diagnosis.statement())
        .put("meanMs", diagnosis.meanMs())
        .put("sharePercent", diagnosis.sharePercent());
    var plan = node.putArray("plan");
    for (var line : diagnosis.plan()) {
      plan.addObject()
          .put("depth", line.depth())
          .put("text", line.text())
          .put("rows", line.rows())
          .put("selfMs", line.selfMs())
          .put("marked", line.marked());
    }
    node.put("cutValue", diagnosis.cutValue())
        .put("flowValue", diagnosis.flowValue())
        .put("latencyMs", diagnosis.latencyMs())
        .put("savableMs", diagnosis.savableMs())
        .put("timesBy", diagnosis.timesBy());
    diagnosis
        .expected()
        .ifPresent(expected ->
            node.putObject("expected")
                .put("percent", expected.percent())
                .put("low", expected.low())
                .put("high", expected.high())
                .put("source", expected.source()));
  }

  static ObjectNode finding(ObjectNode node, OperatorEvent.Finding finding) {
    return node.put("detector", finding.detector())
        .put("severity", finding.severity())
        .put("target", finding.target())
        .put("summary", finding.summary());
  }

  private static void action(ObjectNode node, OperatorEvent.Action action) {
    node.put("action", action.name()).put("type", action.type());
    node.put("phase", action.phase().name());
    action.progressPercent().ifPresent(percent -> node.put("progressPercent", percent));
    var statements = node.putArray("statements");
    action.statements().forEach(statements::add);
    action.bytesBefore().ifPresent(bytes -> node.put("bytesBefore", bytes));
    action.bytesAfter().ifPresent(bytes -> node.put("bytesAfter", bytes));
    action
        .effect()
        .ifPresent(effect -> {
          node.put("decision", effect.decision().name());
          effect.fasterPercent().ifPresent(percent -> node.put("improvementPercent", percent));
          effect.low().ifPresent(percent -> node.put("lowPercent", percent));
          effect.high().ifPresent(percent -> node.put("highPercent", percent));
        });
  }

  private static void workload(ObjectNode node, LoadReport load) {
    node.put("requests", load.requests()).put("errors", load.errors());
    if (load.errors() > 0) {
      node.put("firstError", load.firstError());
    }
    var latency = node.putObject("latency");
    for (var period : Period.values()) {
      if (period != Period.BETWEEN) {
        JsonView.latency(latency.putObject(name(period)), load.in(period));
      }
    }
    var requests = node.putArray("statements");
    for (var line : load.lines()) {
      var request = requests.addObject().put("request", line.request());
      line.suffersFrom().ifPresent(fault -> request.put("suffersFrom", name(fault)));
      for (var period : Period.values()) {
        if (period != Period.BETWEEN) {
          JsonView.latency(request.putObject(name(period)), line.in(period))
              .put("requests", line.in(period).requests());
        }
      }
    }
  }

  private static void ledger(ArrayNode array, DemoResult result) {
    for (Ledger.Comparison comparison : result.ledger()) {
      var node =
          array
              .addObject()
              .put("table", comparison.book().table())
              .put("agrees", comparison.agrees());
      balance(node.putObject("expected"), comparison.expected());
      balance(node.putObject("actual"), comparison.actual());
    }
  }

  private static void balance(ObjectNode node, Balance balance) {
    node.put("rows", balance.rows()).put("keys", balance.keys()).put("amount", balance.amount());
  }

  /** {@code BLOATED_INDEX} as {@code bloatedIndex}. */
  private static String name(Enum<?> constant) {
    var name = new StringBuilder();
    for (var word : constant.name().toLowerCase(Locale.ROOT).split("_", -1)) {
      name.append(
          name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return name.toString();
  }
}
