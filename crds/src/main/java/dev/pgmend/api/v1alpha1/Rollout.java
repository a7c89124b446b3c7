package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a repair of one type spreads over clusters: in waves, each watched before the next. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.waves) || self.waves.size() == 0"
            + " || self.waves[self.waves.size() - 1] == '100%'",
    message = "the last wave must reach every cluster: end spec.rollout.waves with \"100%\"")
@ValidationRule(
    value =
        "!has(self.waves) || (self.waves.map(w, int(w.replace('%', ''))).isSorted()"
            + " && self.waves.all(w, self.waves.exists_one(other, other == w)))",
    message =
        "each wave must reach more clusters than the one before: write spec.rollout.waves in"
            + " ascending order, such as [\"10%\", \"50%\", \"100%\"]")
public record Rollout(
    @Default(DEFAULT_WAVES)
        @Size(max = 10)
        @JsonPropertyDescription(
            "Share of the clusters that each wave reaches, ascending, the last 100%. Default 10%,"
                + " 50%, 100%.")
        List<@Pattern("^([1-9][0-9]?|100)%$") @Size(max = 4) String> waves,
    @Default(DEFAULT_SOAK)
        @Pattern(Durations.PATTERN_OR_ZERO)
        @JsonPropertyDescription(
            "Time to watch a wave after its last verdict before the next begins, such as 1h."
                + " Default 1h.")
        @Nullable String soak,
    @Default("" + DEFAULT_HALT_ON_ROLLBACK)
        @JsonPropertyDescription(
            "Whether a repair that had to be undone anywhere stops the later waves. Default true.")
        @Nullable Boolean haltOnRollback) {

  private static final String DEFAULT_WAVES = "[\"10%\", \"50%\", \"100%\"]";
  private static final List<Integer> DEFAULT_WAVE_PERCENTS =
      java.util.regex.Pattern.compile("[0-9]+")
          .matcher(DEFAULT_WAVES)
          .results()
          .map(wave -> Integer.valueOf(wave.group()))
          .toList();
  private static final String DEFAULT_SOAK = "1h";
  private static final boolean DEFAULT_HALT_ON_ROLLBACK = true;

  /** What holds where nothing is said. */
  public static final Rollout DEFAULTS = new Rollout(List.of(), null, null);

  public Rollout {
    waves = Copies.list(waves);
  }

  /** The share of the clusters that each wave reaches, in percent. */
  public List<Integer> wavePercentsOrDefault() {
    return waves.isEmpty()
        ? DEFAULT_WAVE_PERCENTS
        : waves.stream().map(wave -> Integer.valueOf(wave.replace("%", ""))).toList();
  }

  /** The time to watch a wave before the next. */
  public Duration soakOrDefault() {
    return Durations.parse(soak == null ? DEFAULT_SOAK : soak);
  }

  /** Whether a repair that was undone stops the later waves. */
  public boolean haltOnRollbackOrDefault() {
    return haltOnRollback == null ? DEFAULT_HALT_ON_ROLLBACK : haltOnRollback;
  }
}
