// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** One aspect of a resource's state, in the form of metav1.Condition. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @Required @JsonPropertyDescription("What the condition is about, in CamelCase, such as Ready.")
        String type,
    @Required @Pattern("^(True|False|Unknown)$") @JsonPropertyDescription("True, False or Unknown.")
        String status,
    @Required
        @JsonPropertyDescription("Why the condition has this status, as one word in CamelCase.")
        String reason,
    @Required
        @JsonPropertyDescription(
            "Why the condition has this status, in a sentence, with what you can do.")
        String message,
    @Required
        @DateTime
        @JsonPropertyDescription("When the status last changed from one value to another.")
        String lastTransitionTime,
    @JsonPropertyDescription("The metadata.generation that the condition was computed for.")
        @Nullable Long observedGeneration) {

  /** The condition type that Argo CD, Flux and kubectl wait read. */
  public static final String READY = "Ready";

  /** The status of a condition that holds. */
  public static final String TRUE = "True";

  /** The status of a condition that does not hold. */
  public static final String FALSE = "False";

  /** The status of a condition that is not known. */
  public static final String UNKNOWN = "Unknown";

  /** Whether the condition is known to hold. */
  public boolean holds() {
    return status.equals(TRUE);
  }
}
