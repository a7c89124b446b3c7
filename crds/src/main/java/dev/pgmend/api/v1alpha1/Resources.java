package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;

/** What a pod asks of its node, as quantities by resource name. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Resources(
    @JsonPropertyDescription(
            "What the pod is sure to get, as quantities by resource name, such as cpu: 500m.")
        Map<String, String> requests,
    @JsonPropertyDescription(
            "What the pod may not exceed, as quantities by resource name, such as memory: 1Gi.")
        Map<String, String> limits) {

  /** A quantity of bytes or of anything else, as Kubernetes writes it. */
  static final String QUANTITY = "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$";

  /** Asks for nothing. */
  public static final Resources NONE = new Resources(Map.of(), Map.of());

  public Resources {
    requests = Copies.map(requests);
    limits = Copies.map(limits);
  }
}
