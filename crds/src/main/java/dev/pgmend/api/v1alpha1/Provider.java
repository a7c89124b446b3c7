// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** How to reach a Postgres. Other ways will be other fields, of which one is set. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Provider(
    @Required
        @JsonPropertyDescription(
            "A Postgres that a Secret describes: in this cluster, on a machine, or managed by a"
                + " cloud provider.")
        Connection connection) {

  /** A Postgres that a Secret describes. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Connection(
      @Required
          @JsonPropertyDescription(
              "Secret with the key uri, or with host, username (or user) and password. Optional"
                  + " keys: port (default 5432), dbname (default postgres), sslmode (default"
                  + " prefer).")
          SecretRef secretRef,
      @QuantityValue(positive = true)
          @JsonPropertyDescription(
              "Size of the disk that holds the data, as a quantity such as 500Gi. SQL cannot read"
                  + " free disk space, and repairs that need space wait until pgmend knows it."
                  + " Default: read from the file system if the server runs on the same machine as"
                  + " pgmend.")
          @Nullable String diskCapacity) {}

  /** A Postgres that a Secret describes. */
  public static Provider connection(String secretName) {
    return new Provider(new Connection(new SecretRef(secretName), null));
  }
}
