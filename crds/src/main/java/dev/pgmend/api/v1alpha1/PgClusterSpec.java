package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which Postgres is under care, and how closely. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PgClusterSpec(
    @Required
        @JsonPropertyDescription("Who owns the Postgres and how to find it: exactly one of these.")
        Provider provider,
    @JsonPropertyDescription(
            "Which databases are cared for. Default: all that allow connections and are no"
                + " templates.")
        @Nullable Databases databases,
    @Default("" + DEFAULT_PAUSED)
        @JsonPropertyDescription(
            "Whether pgmend leaves the cluster alone: it neither inspects nor repairs, and running"
                + " actions are brought to a safe end. Default false.")
        @Nullable Boolean paused,
    @Default(DEFAULT_INSPECTION_INTERVAL)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            "Time between two inspections, such as 5m or 1h. Default 5m. The annotation"
                + " pgmend.dev/inspect asks for one at once.")
        @Nullable String inspectionInterval,
    @JsonPropertyDescription("The pod that learns this cluster's workload. Default: none.")
        @Nullable LearnerSpec learner) {

  private static final boolean DEFAULT_PAUSED = false;
  private static final String DEFAULT_INSPECTION_INTERVAL = "5m";

  /** A Postgres with every default. */
  public static PgClusterSpec of(Provider provider) {
    return new PgClusterSpec(provider, null, null, null, null);
  }

  /** Which databases are cared for. */
  public Databases databasesOrDefault() {
    return databases == null ? Databases.ALL : databases;
  }

  /** Whether pgmend leaves the cluster alone. */
  public boolean pausedOrDefault() {
    return paused == null ? DEFAULT_PAUSED : paused;
  }

  /** The time between two inspections. */
  public Duration inspectionIntervalOrDefault() {
    return Durations.parse(
        inspectionInterval == null ? DEFAULT_INSPECTION_INTERVAL : inspectionInterval);
  }

  /** The learning pod. */
  public LearnerSpec learnerOrDefault() {
    return learner == null ? LearnerSpec.DEFAULTS : learner;
  }

  /** Names of databases; what is excluded is out even where it is included. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Databases(
      @JsonPropertyDescription("Names of the only databases cared for. Default: all.")
          List<String> include,
      @JsonPropertyDescription(
              "Names of databases left alone, even where they are included. Default: none.")
          List<String> exclude) {

    /** Every database. */
    public static final Databases ALL = new Databases(List.of(), List.of());

    public Databases {
      include = Copies.list(include);
      exclude = Copies.list(exclude);
    }

    /** Whether the database of that name is cared for. */
    public boolean covers(String database) {
      return (include.isEmpty() || include.contains(database)) && !exclude.contains(database);
    }
  }
}
