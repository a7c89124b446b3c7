// SPDX-License-Identifier: Apache-2.0
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

/** Which Postgres pgmend manages, and how. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PgClusterSpec(
    @Required @JsonPropertyDescription("How to reach the Postgres.") Provider provider,
    @JsonPropertyDescription(
            "Which databases pgmend manages. Default: all that allow connections, except"
                + " templates.")
        @Nullable Databases databases,
    @Default("" + DEFAULT_PAUSED)
        @JsonPropertyDescription(
            "Whether pgmend stops managing the cluster: it does not inspect or repair, and it stops"
                + " running actions and cleans up. Default false.")
        @Nullable Boolean paused,
    @Default(DEFAULT_INSPECTION_INTERVAL)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            "Time between two inspections, such as 5m or 1h. The annotation pgmend.dev/inspect"
                + " starts one at once. Default 5m.")
        @Nullable String inspectionInterval,
    @JsonPropertyDescription("The pod that learns the workload of this cluster. Default: none.")
        @Nullable LearnerSpec learner,
    @JsonPropertyDescription(
            "The machine, virtual machine or container of the Postgres server. pgmend judges settings"
                + " by it, such as {memory: 16Gi, cpu: \"4\"}. Default: what pgmend reads if it runs on"
                + " the same machine.")
        @Nullable Machine machine) {

  private static final boolean DEFAULT_PAUSED = false;
  private static final String DEFAULT_INSPECTION_INTERVAL = "5m";

  /** A Postgres of whose machine nothing is declared. */
  public PgClusterSpec(
      Provider provider,
      @Nullable Databases databases,
      @Nullable Boolean paused,
      @Nullable String inspectionInterval,
      @Nullable LearnerSpec learner) {
    this(provider, databases, paused, inspectionInterval, learner, null);
  }

  /** A Postgres with every default. */
  public static PgClusterSpec of(Provider provider) {
    return new PgClusterSpec(provider, null, null, null, null);
  }

  /** The machine of the server. */
  public Machine machineOrDefault() {
    return machine == null ? Machine.UNKNOWN : machine;
  }

  /** Which databases pgmend manages. */
  public Databases databasesOrDefault() {
    return databases == null ? Databases.ALL : databases;
  }

  /** Whether pgmend stops managing the cluster. */
  public boolean pausedOrDefault() {
    return paused == null ? DEFAULT_PAUSED : paused;
  }

  /** The time between two inspections. */
  public Duration inspectionIntervalOrDefault() {
    return Durations.parse(
        inspectionInterval == null ? DEFAULT_INSPECTION_INTERVAL : inspectionInterval);
  }

  /** The learner pod. */
  public LearnerSpec learnerOrDefault() {
    return learner == null ? LearnerSpec.DEFAULTS : learner;
  }

  /** Names of databases. A database that is included and excluded is excluded. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Databases(
      @JsonPropertyDescription("Names of the only databases that pgmend manages. Default: all.")
          List<String> include,
      @JsonPropertyDescription(
              "Names of databases that pgmend does not manage, even if they are included. Default: none.")
          List<String> exclude) {

    /** Every database. */
    public static final Databases ALL = new Databases(List.of(), List.of());

    public Databases {
      include = Copies.list(include);
      exclude = Copies.list(exclude);
    }

    /** Whether pgmend manages the database of that name. */
    public boolean covers(String database) {
      return (include.isEmpty() || include.contains(database)) && !exclude.contains(database);
    }
  }

  /** What users declare about the server's machine. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Machine(
      @QuantityValue(positive = true)
          @JsonPropertyDescription(
              "Memory that the Postgres server can use, such as 16Gi. Without it, memory settings are"
                  + " not judged.")
          @Nullable String memory,
      @QuantityValue(positive = true)
          @JsonPropertyDescription(
              "Processor cores that the Postgres server can use, such as 4 or 500m. Settings of"
                  + " parallel workers and budget.maxActiveSessionsPerCore depend on it.")
          @Nullable String cpu,
      @JsonPropertyDescription(
              "What the data is stored on: Ssd or Hdd. The cost of random reads depends on it.")
          @Nullable StorageType storage) {

    /** Nothing is declared. */
    public static final Machine UNKNOWN = new Machine(null, null, null);
  }

  /** What data is stored on. */
  public enum StorageType {
    /** Solid state: a random read costs hardly more than a sequential one. */
    Ssd,
    /** Rotating disks. */
    Hdd
  }
}
