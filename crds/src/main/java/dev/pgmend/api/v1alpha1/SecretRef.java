// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A Secret in the namespace of the resource that names it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SecretRef(
    @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Name of a Secret in the same namespace.")
        String name) {}
