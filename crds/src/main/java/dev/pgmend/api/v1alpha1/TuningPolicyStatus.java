package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a policy has come to. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TuningPolicyStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed for.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Ready, with the reason where the policy cannot be followed.")
        List<Condition> conditions,
    @Min(0)
        @JsonPropertyDescription(
            "How many PgClusters follow this policy; those that a higher priority takes are not"
                + " counted.")
        @Nullable Integer selectedClusters,
    @Size(max = MOST_NAMED)
        @JsonPropertyDescription("Names of these PgClusters in order; at most 20.")
        List<String> clusters) {

  /** How many clusters are named. */
  public static final int MOST_NAMED = 20;

  /** Nothing known yet. */
  public static final TuningPolicyStatus EMPTY =
      new TuningPolicyStatus(null, List.of(), null, List.of());

  public TuningPolicyStatus {
    conditions = Copies.list(conditions);
    clusters = Copies.list(clusters);
  }

  /** The status of a policy that these clusters follow; only the first 20 of them are named. */
  public static TuningPolicyStatus of(
      @Nullable Long observedGeneration, List<Condition> conditions, List<String> clusters) {
    return new TuningPolicyStatus(
        observedGeneration,
        conditions,
        clusters.size(),
        clusters.stream().sorted().limit(MOST_NAMED).toList());
  }
}
