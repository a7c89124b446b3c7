// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the lines that {@code pgmend run --json} prints. */
public final class OperatorEvents {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OperatorEvents() {}

  /** Parses a line. Empty if the event is unknown, because later versions may print more. */
  public static Optional<OperatorEvent> parse(String line) {
    try {
      var node = JSON.readTree(line);
      return switch (text(node, "event")) {
        case "started" ->
            Optional.of(new OperatorEvent.Started(text(node, "metrics"), text(node, "api")));
        case "finding" -> Optional.of(finding(node));
        case "action" -> action(node);
        case "diagnosis" -> Optional.of(Diagnoses.read(node.path("diagnosis")));
        case "summary" -> Optional.of(new OperatorEvent.Summary(integer(node, "healthScore")));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static OperatorEvent finding(JsonNode node) {
    return new OperatorEvent.Finding(
        !text(node, "state").equals("gone"),
        text(node, "detector"),
        text(node, "severity"),
        text(node, "target"),
        text(node, "summary"));
  }

  private static Optional<OperatorEvent> action(JsonNode node) {
    return constant(Phase.class, text(node, "phase"))
        .map(phase ->
            new OperatorEvent.Action(
                text(node, "name"),
                text(node, "type"),
                text(node, "target"),
                text(node, "detector"),
                phase,
                integer(node, "progressPercent"),
                text(node, "reason"),
                text(node, "message"),
                texts(node.path("statements")),
                effect(node),
                longInteger(node, "bytesBefore"),
                longInteger(node, "bytesAfter")));
  }

  private static Optional<OperatorEvent.Effect> effect(JsonNode node) {
    return constant(Decision.class, text(node, "decision"))
        .map(decision ->
            new OperatorEvent.Effect(
                decision,
                number(node, "improvementPercent"),
                number(node, "lowPercent"),
                number(node, "highPercent")));
  }

  private static <E extends Enum<E>> Optional<E> constant(Class<E> type, String name) {
    for (var constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return Optional.of(constant);
      }
    }
    return Optional.empty();
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asText("");
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static OptionalInt integer(JsonNode node, String name) {
    var value = node.path(name);
    return value.isNumber() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
  }

  private static OptionalLong longInteger(JsonNode node, String name) {
    var value = node.path(name);
    return value.isNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
  }

  private static OptionalDouble number(JsonNode node, String name) {
    var value = node.path(name);
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
