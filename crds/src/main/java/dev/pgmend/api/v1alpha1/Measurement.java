// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The workload as measured over a window before or after an action.
 *
 * <p>The two series stay floating-point numbers, against Kubernetes' conventions: they are
 * logarithms, written and read by pgmend alone, and rounding them would change the verdict that is
 * computed from them after a restart.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Measurement(
    @DateTime @JsonPropertyDescription("When the window began.") @Nullable String from,
    @DateTime @JsonPropertyDescription("When the window ended.") @Nullable String to,
    @JsonPropertyDescription("The most expensive statements of the window, affected ones first.")
        List<Statement> statements,
    @JsonPropertyDescription(
            "For each interval of the window, the mean log time of the affected statements, relative"
                + " to their mean before the action: 0 means no change, 0.69 twice as slow.")
        List<Double> affectedSeries,
    @JsonPropertyDescription("The same for the statements that the action does not affect.")
        List<Double> controlSeries,
    @JsonPropertyDescription("Other numbers by name. Each name has its unit, such as indexBytes.")
        Map<String, String> facts) {

  /** Nothing measured. */
  public static final Measurement NONE =
      new Measurement(null, null, List.of(), List.of(), List.of(), Map.of());

  public Measurement {
    statements = Copies.list(statements);
    affectedSeries = Copies.list(affectedSeries);
    controlSeries = Copies.list(controlSeries);
    facts = Copies.map(facts);
  }

  /** The same with more facts. */
  public Measurement withFacts(Map<String, String> more) {
    var all = new LinkedHashMap<>(facts);
    all.putAll(more);
    return new Measurement(from, to, statements, affectedSeries, controlSeries, all);
  }

  /** One statement over the window. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Statement(
      @Required
          @JsonPropertyDescription(
              "Its queryid in pg_stat_statements, as text, because it needs 64 bits.")
          String queryId,
      @Size(max = MAX_QUERY)
          @JsonPropertyDescription("Its text without literals, shortened to 200 characters.")
          @Nullable String query,
      @JsonPropertyDescription("Whether the action is expected to change it.") boolean affected,
      @Min(0) @JsonPropertyDescription("How often it ran in the window.") long calls,
      @Required
          @Pattern("^[0-9]+(\\.[0-9]+)?$")
          @JsonPropertyDescription(
              "Its mean time in the window in milliseconds, as a decimal number in text.")
          String meanMs) {

    /** The number of characters of a text that are kept. */
    public static final int MAX_QUERY = 200;

    public Statement {
      query = query == null ? null : cut(query);
    }

    // A cut inside a surrogate pair would leave text that is not valid UTF-8.
    private static String cut(String text) {
      if (text.length() <= MAX_QUERY) {
        return text;
      }
      int end = Character.isHighSurrogate(text.charAt(MAX_QUERY - 1)) ? 1 : 0;
      return text.substring(0, MAX_QUERY - end);
    }
  }
}
