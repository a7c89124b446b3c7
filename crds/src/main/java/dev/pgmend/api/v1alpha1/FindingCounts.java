// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** Open findings by severity. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record FindingCounts(
    @Required
        @Min(0)
        @JsonPropertyDescription("Number of open findings that threaten availability or data.")
        int critical,
    @Required
        @Min(0)
        @JsonPropertyDescription("Number of open findings that cost performance or space.")
        int warning,
    @Required
        @Min(0)
        @JsonPropertyDescription(
            "Number of open findings that are good to know, detector failures included.")
        int info,
    @Required
        @Min(0)
        @JsonPropertyDescription("Number of open findings that status.findings leaves out.")
        int notListed) {

  /** No finding. */
  public static final FindingCounts NONE = new FindingCounts(0, 0, 0, 0);
}
