package dev.pgmend.e2e.gauntlet.peer;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What one tool made of one fault.
 *
 * @param answer absent where the tool could not be asked
 * @param problem why it could not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Opinion(
    String fault, String peer, @Nullable Answer answer, @Nullable String problem) {

  /** The better of two, asked at different times. */
  Opinion or(Opinion later) {
    if (answer == null || later.answer == null) {
      return answer == null ? later : this;
    }
    return later.answer.compareTo(answer) > 0 ? later : this;
  }
}
