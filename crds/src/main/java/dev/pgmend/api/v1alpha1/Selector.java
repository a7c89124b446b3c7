package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** Selects resources by their labels, as Kubernetes' own label selectors do; empty selects all. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Selector(
    @JsonPropertyDescription("Labels that must be there with these values.")
        Map<String, String> matchLabels,
    @Size(max = 50) @JsonPropertyDescription("Conditions on labels, all of which must hold.")
        List<Requirement> matchExpressions) {

  /** Selects everything. */
  public static final Selector ALL = new Selector(Map.of(), List.of());

  public Selector {
    matchLabels = Copies.map(matchLabels);
    matchExpressions = Copies.list(matchExpressions);
  }

  /** Selects what carries one label. */
  public static Selector label(String key, String value) {
    return new Selector(Map.of(key, value), List.of());
  }

  /** Whether something that carries these labels is selected. */
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
          "the operators In and NotIn need values, Exists and DoesNotExist take none: add or"
              + " remove values")
  public record Requirement(
      @Required @Size(min = 1, max = 317) @JsonPropertyDescription("Key of the label.") String key,
      @Required @JsonPropertyDescription("How the label relates to the values.") Operator operator,
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

  /** How a label relates to values. */
  public enum Operator {
    /** The label is there with one of the values. */
    In,
    /** The label is absent or has none of the values. */
    NotIn,
    /** The label is there. */
    Exists,
    /** The label is absent. */
    DoesNotExist
  }
}
