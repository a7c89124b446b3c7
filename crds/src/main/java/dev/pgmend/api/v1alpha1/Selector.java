// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** Selects resources by their labels, like Kubernetes' own label selectors. Empty selects all. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Selector(
    @JsonPropertyDescription("Labels that a resource must have, with their values.")
        Map<String, String> matchLabels,
    @Size(max = 50) @JsonPropertyDescription("Conditions on labels. All must be met.")
        List<Requirement> matchExpressions) {

  /** Selects everything. */
  public static final Selector ALL = new Selector(Map.of(), List.of());

  public Selector {
    matchLabels = Copies.map(matchLabels);
    matchExpressions = Copies.list(matchExpressions);
  }

  /** Selects resources with one label. */
  public static Selector label(String key, String value) {
    return new Selector(Map.of(key, value), List.of());
  }

  /** Whether a resource with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return labels.entrySet().containsAll(matchLabels.entrySet())
        && matchExpressions.stream().allMatch(requirement -> requirement.matches(labels));
  }

  /** A condition on one label. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value =
          "self.operator in ['In', 'NotIn'] ? has(self.values) && self.values.size() > 0"
              + " : !has(self.values) || self.values.size() == 0",
      message =
          "the operators In and NotIn need values, Exists and DoesNotExist have none: add or remove"
              + " values")
  public record Requirement(
      @Required @Size(min = 1, max = 317) @JsonPropertyDescription("Key of the label.") String key,
      @Required @JsonPropertyDescription("In, NotIn, Exists or DoesNotExist.") Operator operator,
      @Size(max = 100)
          @JsonPropertyDescription("Values for In and NotIn; none for the other operators.")
          List<String> values) {

    public Requirement {
      values = Copies.list(values);
    }

    boolean matches(Map<String, String> labels) {
      return switch (operator) {
        case In -> labels.containsKey(key) && values.contains(labels.get(key));
        case NotIn -> !labels.containsKey(key) || !values.contains(labels.get(key));
        case Exists -> labels.containsKey(key);
        case DoesNotExist -> !labels.containsKey(key);
      };
    }
  }

  /** How a label is compared with values. */
  public enum Operator {
    /** The label has one of the values. */
    In,
    /** The label is absent or has none of the values. */
    NotIn,
    /** The label exists. */
    Exists,
    /** The label is absent. */
    DoesNotExist
  }
}
