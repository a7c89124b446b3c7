// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one tool about one fault.
 *
 * @param answer absent if the tool could not be asked
 * @param problem why the tool could not be asked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Opinion(
    String fault, String peer, @Nullable Answer answer, @Nullable String problem) {

  /** The better of two answers, given at different times. */
  Opinion or(Opinion later) {
    if (answer == null || later.answer == null) {
      return answer == null ? later : this;
    }
    return later.answer.compareTo(answer) > 0 ? later : this;
  }
}
