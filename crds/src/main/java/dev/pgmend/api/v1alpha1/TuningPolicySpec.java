package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What pgmend may do by itself to the clusters that a policy selects, when, and within what. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.actions) || self.actions.all(type, type.matches('^[A-Z][A-Za-z0-9]*$'))",
    message =
        "the keys of spec.actions are types of actions: write them in CamelCase, such as"
            + " ReindexConcurrently")
@ValidationRule(
    value =
        "!has(self.thresholds)"
            + " || self.thresholds.all(key,"
            + " key.matches('^[A-Z][A-Za-z0-9]*[.][a-z][A-Za-z0-9]*$'))",
    message =
        "the keys of spec.thresholds are a detector, a dot and a setting: write them such as"
            + " IndexBloat.minSavingPercent")
public record TuningPolicySpec(
    @Required
        @JsonPropertyDescription(
            "Which PgClusters of the namespace the policy is for; {} takes all of them.")
        Selector selector,
    @Default("" + DEFAULT_PRIORITY)
        @JsonPropertyDescription(
            "Where several policies select a cluster, the highest priority wins, then the first"
                + " name. Default 0.")
        @Nullable Integer priority,
    @Default(DEFAULT_MODE)
        @JsonPropertyDescription(
            "How far pgmend may go by itself: Observe shows findings, Recommend proposes actions"
                + " that wait for approval, Auto runs them. Default Recommend.")
        @Nullable PolicyMode mode,
    @Size(max = 100)
        @JsonPropertyDescription(
            "Exceptions from the mode by type of action, such as ReindexConcurrently: Never,"
                + " Recommend or Auto. Never wins wherever two settings meet.")
        Map<String, ActionMode> actions,
    @Size(max = 200)
        @JsonPropertyDescription(
            "Thresholds of detectors, such as IndexBloat.minSavingPercent: \"60\". Default: each"
                + " detector's own.")
        Map<String, String> thresholds,
    @JsonPropertyDescription("What may be done to settings of the server.")
        @Nullable Parameters parameters,
    @Size(max = 50) @JsonPropertyDescription("When actions may run. Default: always.")
        List<Window> windows,
    @JsonPropertyDescription("What actions may use up.") @Nullable Budget budget,
    @JsonPropertyDescription("How the effect of an action is judged.")
        @Nullable Verification verification,
    @Size(max = 1000)
        @JsonPropertyDescription(
            "Names of HealingActions that are approved, so that Git can approve them. Default:"
                + " none.")
        List<String> approvals,
    @JsonPropertyDescription("How an action of one type spreads over the clusters.")
        @Nullable Rollout rollout) {

  private static final int DEFAULT_PRIORITY = 0;
  private static final String DEFAULT_MODE = "Recommend";

  public TuningPolicySpec {
    actions = Copies.map(actions);
    thresholds = Copies.map(thresholds);
    windows = Copies.list(windows);
    approvals = Copies.list(approvals);
  }

  /** A policy with every default, which is also what holds where no policy selects a cluster. */
  public static TuningPolicySpec of(Selector selector) {
    return new TuningPolicySpec(
        selector, null, null, Map.of(), Map.of(), null, List.of(), null, null, List.of(), null);
  }

  /** This policy in another mode. */
  public TuningPolicySpec withMode(PolicyMode newMode) {
    return new TuningPolicySpec(
        selector,
        priority,
        newMode,
        actions,
        thresholds,
        parameters,
        windows,
        budget,
        verification,
        approvals,
        rollout);
  }

  /** The priority among policies. */
  public int priorityOrDefault() {
    return priority == null ? DEFAULT_PRIORITY : priority;
  }

  /** How far pgmend may go by itself. */
  public PolicyMode modeOrDefault() {
    return mode == null ? PolicyMode.valueOf(DEFAULT_MODE) : mode;
  }

  /** What may be done to settings. */
  public Parameters parametersOrDefault() {
    return parameters == null ? Parameters.DEFAULTS : parameters;
  }

  /** What actions may use up. */
  public Budget budgetOrDefault() {
    return budget == null ? Budget.DEFAULTS : budget;
  }

  /** How an effect is judged. */
  public Verification verificationOrDefault() {
    return verification == null ? Verification.DEFAULTS : verification;
  }

  /** How actions spread. */
  public Rollout rolloutOrDefault() {
    return rollout == null ? Rollout.DEFAULTS : rollout;
  }

  /** What may be done to settings of the server. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value =
          "!has(self.pinned) || !has(self.bounds) || self.bounds.all(name, !(name in self.pinned))",
      message =
          "a setting is either pinned to one value or free within bounds: remove it from"
              + " spec.parameters.pinned or from spec.parameters.bounds")
  public record Parameters(
      @Size(max = 200)
          @JsonPropertyDescription(
              "Settings that must have exactly this value, such as work_mem: 16MB.")
          Map<String, String> pinned,
      @Size(max = 200) @JsonPropertyDescription("Settings that may change only within bounds.")
          Map<String, Bounds> bounds,
      @Default("" + DEFAULT_ALLOW_RESTART)
          @JsonPropertyDescription(
              "Whether settings that take a restart of the server may be changed. Default false.")
          @Nullable Boolean allowRestart) {
    private static final boolean DEFAULT_ALLOW_RESTART = false;

    /** What holds where nothing is said. */
    public static final Parameters DEFAULTS = new Parameters(Map.of(), Map.of(), null);

    public Parameters {
      pinned = Copies.map(pinned);
      bounds = Copies.map(bounds);
    }

    /** Whether settings that take a restart may be changed. */
    public boolean allowRestartOrDefault() {
      return allowRestart == null ? DEFAULT_ALLOW_RESTART : allowRestart;
    }
  }

  /** The values that a setting may have. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "has(self.min) || has(self.max)",
      message = "bounds bound nothing: give min, max or both")
  public record Bounds(
      @JsonPropertyDescription("The smallest value, in Postgres' own notation, such as 4MB.")
          @Nullable String min,
      @JsonPropertyDescription("The largest value, in Postgres' own notation, such as 64MB.")
          @Nullable String max) {}

  /** A time in which actions may start. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Window(
      @Required
          @Pattern("^\\s*\\S+(\\s+\\S+){4}\\s*$")
          @JsonPropertyDescription(
              "When it opens, as cron with five fields: minute, hour, day of month, month, day of"
                  + " week, such as 0 2 * * 6.")
          String schedule,
      @Required
          @Pattern(Durations.PATTERN)
          @JsonPropertyDescription("How long it stays open, such as 4h.")
          String duration,
      @Default(DEFAULT_TIME_ZONE)
          @Pattern("^[A-Za-z][A-Za-z0-9_+/-]*$")
          @JsonPropertyDescription(
              "Time zone of the schedule by its IANA name, such as Europe/Vienna. Default UTC.")
          @Nullable String timeZone) {
    private static final String DEFAULT_TIME_ZONE = "UTC";

    /**
     * The time zone of the schedule.
     *
     * @throws java.time.DateTimeException when no time zone has that name
     */
    public ZoneId timeZoneOrDefault() {
      return ZoneId.of(timeZone == null ? DEFAULT_TIME_ZONE : timeZone);
    }
  }

  /** What actions may use up. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "!has(self.perCluster) || !has(self.perFleet) || self.perCluster <= self.perFleet",
      message =
          "one cluster cannot run more actions than all of them: set spec.budget.perFleet to at"
              + " least spec.budget.perCluster")
  public record Budget(
      @Default("" + DEFAULT_PER_CLUSTER)
          @Min(1)
          @Max(10)
          @JsonPropertyDescription("How many actions may run in one cluster at a time. Default 1.")
          @Nullable Integer perCluster,
      @Default("" + DEFAULT_PER_FLEET)
          @Min(1)
          @JsonPropertyDescription(
              "How many actions may run in all selected clusters at a time. Default 5.")
          @Nullable Integer perFleet,
      @Min(0)
          @JsonPropertyDescription(
              "The largest index that an action may build, in bytes. Default: no bound.")
          @Nullable Long maxIndexBytes,
      @Default("" + DEFAULT_MIN_FREE_DISK_PERCENT)
          @Min(0)
          @Max(100)
          @JsonPropertyDescription(
              "Share of the disk that must stay free while an action runs, in percent. Default"
                  + " 20.")
          @Nullable Integer minFreeDiskPercent,
      @Default(DEFAULT_MAX_REPLICA_LAG)
          @Pattern(Durations.PATTERN)
          @JsonPropertyDescription(
              "How far a standby may be behind while an action runs, such as 30s. Default 30s.")
          @Nullable String maxReplicaLag,
      @Min(value = 0, inclusive = false)
          @JsonPropertyDescription(
              "How many sessions may be active per core while an action runs. Default: no bound.")
          @Nullable Double maxActiveSessionsPerCore,
      @Pattern(Durations.PATTERN)
          @JsonPropertyDescription(
              "How old the last backup may be when an action runs that can't be taken back, such"
                  + " as 24h. It is told by the annotation pgmend.dev/last-backup of the"
                  + " PgCluster. Default: no backup is asked for.")
          @Nullable String maxBackupAge) {
    private static final int DEFAULT_PER_CLUSTER = 1;
    private static final int DEFAULT_PER_FLEET = 5;
    private static final int DEFAULT_MIN_FREE_DISK_PERCENT = 20;
    private static final String DEFAULT_MAX_REPLICA_LAG = "30s";

    /** What holds where nothing is said. */
    public static final Budget DEFAULTS = new Budget(null, null, null, null, null, null, null);

    /** How many actions may run in one cluster at a time. */
    public int perClusterOrDefault() {
      return perCluster == null ? DEFAULT_PER_CLUSTER : perCluster;
    }

    /** How many actions may run in all selected clusters at a time. */
    public int perFleetOrDefault() {
      return perFleet == null ? DEFAULT_PER_FLEET : perFleet;
    }

    /** The share of the disk that must stay free, in percent. */
    public int minFreeDiskPercentOrDefault() {
      return minFreeDiskPercent == null ? DEFAULT_MIN_FREE_DISK_PERCENT : minFreeDiskPercent;
    }

    /** How old the last backup may be; empty if that does not matter. */
    public Optional<Duration> maxBackupAgeIfAny() {
      return Optional.ofNullable(maxBackupAge).map(Durations::parse);
    }

    /** How far a standby may be behind. */
    public Duration maxReplicaLagOrDefault() {
      return Durations.parse(maxReplicaLag == null ? DEFAULT_MAX_REPLICA_LAG : maxReplicaLag);
    }
  }

  /** How the effect of an action is judged. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Verification(
      @Default(DEFAULT_WINDOW)
          @Pattern(Durations.PATTERN)
          @JsonPropertyDescription(
              "How long the workload is measured before the action and again after it, such as"
                  + " 10m. Default 10m.")
          @Nullable String window,
      @Default("" + DEFAULT_MAX_REGRESSION_PERCENT)
          @Min(0)
          @Max(1000)
          @JsonPropertyDescription(
              "How much slower the affected statements may become before the action counts as"
                  + " harmful, in percent. Default 10.")
          @Nullable Double maxRegressionPercent,
      @Default("" + DEFAULT_ROLLBACK)
          @JsonPropertyDescription("Whether a harmful action is undone. Default true.")
          @Nullable Boolean rollback,
      @Default(DEFAULT_NOT_ENOUGH_TRAFFIC)
          @JsonPropertyDescription(
              "What becomes of an action whose effect could not be measured for want of traffic:"
                  + " Keep or Undo. Default Keep.")
          @Nullable NotEnoughTraffic notEnoughTraffic) {
    private static final String DEFAULT_WINDOW = "10m";
    private static final double DEFAULT_MAX_REGRESSION_PERCENT = 10;
    private static final boolean DEFAULT_ROLLBACK = true;
    private static final String DEFAULT_NOT_ENOUGH_TRAFFIC = "Keep";

    /** What holds where nothing is said. */
    public static final Verification DEFAULTS = new Verification(null, null, null, null);

    /** How long the workload is measured on either side. */
    public Duration windowOrDefault() {
      return Durations.parse(window == null ? DEFAULT_WINDOW : window);
    }

    /** How much slower the affected statements may become, in percent. */
    public double maxRegressionPercentOrDefault() {
      return maxRegressionPercent == null ? DEFAULT_MAX_REGRESSION_PERCENT : maxRegressionPercent;
    }

    /** Whether a harmful action is undone. */
    public boolean rollbackOrDefault() {
      return rollback == null ? DEFAULT_ROLLBACK : rollback;
    }

    /** What becomes of an action whose effect could not be measured. */
    public NotEnoughTraffic notEnoughTrafficOrDefault() {
      return notEnoughTraffic == null
          ? NotEnoughTraffic.valueOf(DEFAULT_NOT_ENOUGH_TRAFFIC)
          : notEnoughTraffic;
    }
  }
}
