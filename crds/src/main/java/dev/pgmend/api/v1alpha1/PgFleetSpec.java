package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** Which clusters belong together, and how change spreads among them. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PgFleetSpec(
    @Required
        @JsonPropertyDescription(
            "Which PgClusters of the namespace belong to the fleet; {} takes all of them.")
        Selector selector,
    @JsonPropertyDescription(
            "How repairs of one type spread over the fleet. It holds where the policy of a cluster"
                + " says nothing about rollouts.")
        @Nullable Rollout rollout,
    @Default("" + DEFAULT_PATTERN_SHARING)
        @JsonPropertyDescription(
            "Whether clusters share what they learned about which repair helped where: numbers and"
                + " shapes of plans, never statements or data. Default false.")
        @Nullable Boolean patternSharing) {

  private static final boolean DEFAULT_PATTERN_SHARING = false;

  /** How repairs spread. */
  public Rollout rolloutOrDefault() {
    return rollout == null ? Rollout.DEFAULTS : rollout;
  }

  /** Whether clusters share what they learned. */
  public boolean patternSharingOrDefault() {
    return patternSharing == null ? DEFAULT_PATTERN_SHARING : patternSharing;
  }
}
