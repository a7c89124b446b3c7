package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a fleet is, summed up over its clusters. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PgFleetStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed for.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Ready and Healthy, each with its reason.") List<Condition> conditions,
    @Min(0) @JsonPropertyDescription("How many PgClusters are selected.")
        @Nullable Integer clusters,
    @Min(0) @JsonPropertyDescription("How many of them are healthy.") @Nullable Integer healthy,
    @Min(0) @Max(100) @JsonPropertyDescription("The lowest health score among them, 0 to 100.")
        @Nullable Integer healthScore,
    @JsonPropertyDescription("Open findings, added up over the fleet.")
        @Nullable FindingCounts findings,
    @Min(0) @JsonPropertyDescription("The wave that repairs may run in now, counted from 1.")
        @Nullable Integer wave) {

  /** Nothing known yet. */
  public static final PgFleetStatus EMPTY =
      new PgFleetStatus(null, List.of(), null, null, null, null, null);

  public PgFleetStatus {
    conditions = Copies.list(conditions);
  }
}
