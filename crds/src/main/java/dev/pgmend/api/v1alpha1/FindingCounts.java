package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;

/** Open findings by severity. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record FindingCounts(
    @Min(0) @JsonPropertyDescription("Open findings that threaten availability or data.")
        int critical,
    @Min(0) @JsonPropertyDescription("Open findings that cost performance or space.") int warning,
    @Min(0) @JsonPropertyDescription("Open findings that are good to know.") int info) {

  /** Nothing found. */
  public static final FindingCounts NONE = new FindingCounts(0, 0, 0);

  /** Both added up. */
  public FindingCounts plus(FindingCounts other) {
    return new FindingCounts(critical + other.critical, warning + other.warning, info + other.info);
  }
}
