// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.validation;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the CEL rules of our CRDs ({@code x-kubernetes-validations}). An API server does this
 * from Kubernetes 1.25 on; older servers drop the rules when they store a CRD, so the operator
 * evaluates them itself. Rules on {@code oldSelf} compare two versions of a resource and are left
 * out: a reader of one version cannot evaluate them.
 */
public final class CelRules {
  private static final String RULES = "x-kubernetes-validations";
  private static final ConcurrentMap<String, Optional<Node>> BY_KIND = new ConcurrentHashMap<>();
  private static final ObjectMapper VALUES =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  // Functions of Kubernetes beyond standard CEL: replace() and similar functions for strings.
  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .addVar("self", SimpleType.DYN)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addLibraries(CelExtensions.strings())
          .build();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.plannerRuntimeBuilder().addLibraries(CelExtensions.strings()).build();

  private CelRules() {}

  /** Sentences for the user, each with the path of the field; empty if every rule holds. */
  public static List<String> problems(HasMetadata resource) {
    return problems(
        resource.getKind(), VALUES.valueToTree(SERIALIZATION.convertValue(resource, Map.class)));
  }

  /** The same for a document that has not become a resource yet. */
  static List<String> problems(String kind, JsonNode document) {
    var problems = new ArrayList<String>();
    BY_KIND
        .computeIfAbsent(kind, CelRules::load)
        .ifPresent(root -> root.check("", VALUES.convertValue(document, Object.class), problems));
    return List.copyOf(problems);
  }

  private static Optional<Node> load(String kind) {
    return CrdSchema.of(kind).flatMap(schema -> Optional.ofNullable(node(schema)));
  }

  /** The part of a schema that has rules; null if it has none. */
  private static @Nullable Node node(JsonNode schema) {
    if (!schema.isObject()) {
      return null;
    }
    var rules = new ArrayList<Rule>();
    for (var rule : schema.path(RULES)) {
      var expression = rule.path("rule").asText();
      if (!expression.contains("oldSelf")) {
        rules.add(rule(expression, rule.path("message").asText("failed rule: " + expression)));
      }
    }
    var properties = new HashMap<String, Node>();
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          var below = node(property.getValue());
          if (below != null) {
            properties.put(property.getKey(), below);
          }
        });
    var each = node(schema.path(schema.has("items") ? "items" : "additionalProperties"));
    return rules.isEmpty() && properties.isEmpty() && each == null
        ? null
        : new Node(rules, properties, Optional.ofNullable(each));
  }

  private static Rule rule(String expression, String message) {
    try {
      return new Rule(RUNTIME.createProgram(COMPILER.compile(expression).getAst()), message);
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalStateException("This CEL rule does not compile: " + expression, e);
    }
  }

  private record Rule(CelRuntime.Program program, String message) {
    private boolean holds(Object self) {
      try {
        return Boolean.TRUE.equals(program.eval(Map.of("self", self)));
      } catch (CelEvaluationException _) {
        // An API server refuses a value that a rule cannot be evaluated on, too.
        return false;
      }
    }
  }

  /**
   * @param each the schema of a list's items or of a map's values
   */
  private record Node(List<Rule> rules, Map<String, Node> properties, Optional<Node> each) {
    private void check(String path, @Nullable Object value, List<String> problems) {
      if (value == null) {
        return;
      }
      for (var rule : rules) {
        if (!rule.holds(value)) {
          problems.add(path.isEmpty() ? rule.message() : path + ": " + rule.message());
        }
      }
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, below) -> {
          var name = String.valueOf(key);
          Optional.ofNullable(properties.get(name))
              .or(() -> each)
              .ifPresent(
                  node -> node.check(path.isEmpty() ? name : path + "." + name, below, problems));
        });
      } else if (value instanceof List<?> list) {
        each.ifPresent(node -> {
          for (var i = 0; i < list.size(); i++) {
            node.check(path + "[" + i + "]", list.get(i), problems);
          }
        });
      }
    }
  }
}
