// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a policy is valid, and which PgClusters it selects. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TuningPolicyStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed for.")
        @Nullable Long observedGeneration,
    @ListKey("type") @JsonPropertyDescription("Ready. False if the policy is not valid.")
        List<Condition> conditions,
    @Min(0) @JsonPropertyDescription("Number of PgClusters that the policy selects.")
        @Nullable Integer selectedClusters,
    @Size(max = MAX_NAMED)
        @JsonPropertyDescription("Names of these PgClusters in order, at most 20.")
        List<String> clusters) {

  /** The number of PgClusters that are named. */
  public static final int MAX_NAMED = 20;

  /** Nothing is known yet. */
  public static final TuningPolicyStatus EMPTY =
      new TuningPolicyStatus(null, List.of(), null, List.of());

  public TuningPolicyStatus {
    conditions = Copies.list(conditions);
    clusters = Copies.list(clusters);
  }

  /** The status of a policy that selects these PgClusters. Only the first 20 are named. */
  public static TuningPolicyStatus of(
      @Nullable Long observedGeneration, List<Condition> conditions, List<String> clusters) {
    return new TuningPolicyStatus(
        observedGeneration,
        conditions,
        clusters.size(),
        clusters.stream().sorted().limit(MAX_NAMED).toList());
  }
}
