package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workload as measured over a window before or after an action. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Measurement(
    @JsonPropertyDescription("When the window began (RFC 3339).") @Nullable String from,
    @JsonPropertyDescription("When the window ended (RFC 3339).") @Nullable String to,
    @JsonPropertyDescription("The statements that ran most in it, affected ones first.")
        List<Statement> statements,
    @JsonPropertyDescription(
            "Per interval of the window, the mean log time of the affected statements relative to"
                + " their mean before the action: 0 is no change, 0.69 twice as slow.")
        List<Double> affectedSeries,
    @JsonPropertyDescription("The same of the statements that the action does not concern.")
        List<Double> controlSeries,
    @JsonPropertyDescription("Other numbers, by name; each name says its unit, such as indexBytes.")
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

  /** One statement over the window; its text is cut to 200 characters. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Statement(
      @Required
          @JsonPropertyDescription(
              "Its queryid in pg_stat_statements; text, since it needs 64 bits.")
          String queryId,
      @Size(max = LONGEST_QUERY)
          @JsonPropertyDescription("Its text without literals, cut to 200 characters.")
          @Nullable String query,
      @JsonPropertyDescription("Whether the action is expected to change it.") boolean affected,
      @Min(0) @JsonPropertyDescription("How often it ran in the window.") long calls,
      @Min(0) @JsonPropertyDescription("Its mean time in the window, in milliseconds.")
          double meanMs) {

    /** The most characters of a text that are kept. */
    public static final int LONGEST_QUERY = 200;

    public Statement {
      query = query == null ? null : cut(query);
    }

    // A cut inside a surrogate pair would leave text that is not valid UTF-8.
    private static String cut(String text) {
      if (text.length() <= LONGEST_QUERY) {
        return text;
      }
      int end = Character.isHighSurrogate(text.charAt(LONGEST_QUERY - 1)) ? 1 : 0;
      return text.substring(0, LONGEST_QUERY - end);
    }
  }
}
