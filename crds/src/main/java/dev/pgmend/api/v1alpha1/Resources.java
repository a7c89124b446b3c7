// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;

/** Resources of a pod. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Resources(
    @QuantityValue
        @JsonPropertyDescription("Guaranteed resources, as quantities by name, such as cpu: 500m.")
        Map<String, String> requests,
    @QuantityValue
        @JsonPropertyDescription("Upper limits, as quantities by name, such as memory: 1Gi.")
        Map<String, String> limits) {

  /** No requests and no limits. */
  public static final Resources NONE = new Resources(Map.of(), Map.of());

  public Resources {
    requests = Copies.map(requests);
    limits = Copies.map(limits);
  }
}
