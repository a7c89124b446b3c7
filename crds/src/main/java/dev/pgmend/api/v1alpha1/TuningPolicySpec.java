// SPDX-License-Identifier: Apache-2.0
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
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Which repairs pgmend can run in the selected PgClusters, when, and within which limits. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.actions) || self.actions.all(type, type.matches('^[A-Z][A-Za-z0-9]*$'))",
    message =
        "keys of spec.actions are types of actions: write them in CamelCase, such as"
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
            "Which PgClusters of the namespace the policy selects. {} selects all.")
        Selector selector,
    @Default("" + DEFAULT_PRIORITY)
        @JsonPropertyDescription(
            "If several policies select a PgCluster, the one with the highest priority applies, then"
                + " the first by name. Default 0.")
        @Nullable Integer priority,
    @Default(DEFAULT_MODE)
        @JsonPropertyDescription(
            "Observe reports findings, Recommend proposes actions that wait for approval, Auto runs"
                + " them. Default Recommend.")
        @Nullable PolicyMode mode,
    @Size(max = 100)
        @JsonPropertyDescription(
            "Modes of single types of actions, such as ReindexConcurrently: Never, Recommend or"
                + " Auto. Never in any policy that selects the PgCluster is stronger than Auto.")
        Map<String, ActionMode> actions,
    @Size(max = 200)
        @JsonPropertyDescription(
            "Thresholds of detectors, such as IndexBloat.minSavingPercent: \"60\". Default: each"
                + " detector's own.")
        Map<String, String> thresholds,
    @JsonPropertyDescription("Values that settings of the server can have.")
        @Nullable Parameters parameters,
    @Size(max = 50) @JsonPropertyDescription("When actions can start. Default: always.")
        List<Window> windows,
    @JsonPropertyDescription("Limits of actions.") @Nullable Budget budget,
    @JsonPropertyDescription("How the effect of an action is measured, and what follows.")
        @Nullable Verification verification,
    @Size(max = 1000)
        @JsonPropertyDescription("Names of HealingActions that are approved. Default: none.")
        List<String> approvals) {

  private static final int DEFAULT_PRIORITY = 0;
  private static final String DEFAULT_MODE = "Recommend";

  public TuningPolicySpec {
    actions = Copies.map(actions);
    thresholds = Copies.map(thresholds);
    windows = Copies.list(windows);
    approvals = Copies.list(approvals);
  }

  /** A policy with every default. It applies to a PgCluster that no policy selects. */
  public static TuningPolicySpec of(Selector selector) {
    return new TuningPolicySpec(
        selector, null, null, Map.of(), Map.of(), null, List.of(), null, null, List.of());
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
        approvals);
  }

  /** The priority among policies. */
  public int priorityOrDefault() {
    return priority == null ? DEFAULT_PRIORITY : priority;
  }

  /** What pgmend does with findings. */
  public PolicyMode modeOrDefault() {
    return mode == null ? PolicyMode.valueOf(DEFAULT_MODE) : mode;
  }

  /** Limits of actions. */
  public Budget budgetOrDefault() {
    return budget == null ? Budget.DEFAULTS : budget;
  }

  /** How an effect is measured. */
  public Verification verificationOrDefault() {
    return verification == null ? Verification.DEFAULTS : verification;
  }

  /** Values that settings of the server can have. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value =
          "!has(self.pinned) || !has(self.bounds)"
              + " || self.bounds.all(bound, !(bound.name in self.pinned))",
      message =
          "a setting is either pinned or bounded, not both: remove it from spec.parameters.pinned or"
              + " from spec.parameters.bounds")
  public record Parameters(
      @Size(max = 200)
          @JsonPropertyDescription(
              "Settings that must have exactly one value, such as work_mem: 16MB.")
          Map<String, String> pinned,
      @Size(max = 200)
          @ListKey("name")
          @JsonPropertyDescription("Settings whose value must stay within bounds.")
          List<Bounds> bounds) {
    public Parameters {
      pinned = Copies.map(pinned);
      bounds = Copies.list(bounds);
    }
  }

  /** The values that one setting can have. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "has(self.min) || has(self.max)",
      message = "bounds need a limit: set min, max or both")
  public record Bounds(
      @Required
          @Size(min = 1, max = 63)
          @JsonPropertyDescription("Name of the setting, such as work_mem.")
          String name,
      @JsonPropertyDescription("Smallest value, in Postgres' notation, such as 4MB.")
          @Nullable String min,
      @JsonPropertyDescription("Largest value, in Postgres' notation, such as 64MB.")
          @Nullable String max) {}

  /** A time in which actions can start. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Window(
      @Required
          @Pattern("^\\s*\\S+(\\s+\\S+){4}\\s*$")
          @JsonPropertyDescription(
              "When the window opens, in cron syntax: minute, hour, day of month, month, day of week,"
                  + " such as 0 2 * * 6.")
          String schedule,
      @Required
          @Pattern(Durations.PATTERN)
          @JsonPropertyDescription("How long the window stays open, such as 4h.")
          String duration,
      @Default(DEFAULT_TIME_ZONE)
          @Pattern("^[A-Za-z][A-Za-z0-9_+/-]*$")
          @JsonPropertyDescription(
              "IANA name of the time zone of the schedule, such as Europe/Vienna. Default UTC.")
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

  /** Limits of actions. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "!has(self.perCluster) || !has(self.perFleet) || self.perCluster <= self.perFleet",
      message =
          "spec.budget.perFleet must not be less than spec.budget.perCluster: raise perFleet or lower"
              + " perCluster")
  public record Budget(
      @Default("" + DEFAULT_PER_CLUSTER)
          @Min(1)
          @Max(10)
          @JsonPropertyDescription(
              "How many actions can run in one PgCluster at a time. Default 1.")
          @Nullable Integer perCluster,
      @Default("" + DEFAULT_PER_FLEET)
          @Min(1)
          @JsonPropertyDescription(
              "How many actions can run in all PgClusters of the operator at a time. Default 5.")
          @Nullable Integer perFleet,
      @QuantityValue
          @JsonPropertyDescription(
              "Largest index that an action can build, as a quantity such as 10Gi. Default: no"
                  + " limit.")
          @Nullable String maxIndexSize,
      @Default("" + DEFAULT_MIN_FREE_DISK_PERCENT)
          @Min(0)
          @Max(100)
          @JsonPropertyDescription(
              "Share of the disk that an action must leave free, in percent. Default 20.")
          @Nullable Integer minFreeDiskPercent,
      @Default(DEFAULT_MAX_REPLICA_LAG)
          @Pattern(Durations.PATTERN)
          @JsonPropertyDescription(
              "Lag of a standby above which no action runs, such as 30s. Default 30s.")
          @Nullable String maxReplicaLag,
      @QuantityValue(positive = true)
          @JsonPropertyDescription(
              "Number of active sessions per core above which no action runs, as a quantity such as"
                  + " 1500m or 2. Default: no limit.")
          @Nullable String maxActiveSessionsPerCore,
      @Pattern(Durations.PATTERN)
          @JsonPropertyDescription(
              "Age of the last backup above which no action runs that cannot be undone, such as 24h."
                  + " The annotation pgmend.dev/last-backup of the PgCluster reports the backup."
                  + " Default: no backup is needed.")
          @Nullable String maxBackupAge) {
    private static final int DEFAULT_PER_CLUSTER = 1;
    private static final int DEFAULT_PER_FLEET = 5;
    private static final int DEFAULT_MIN_FREE_DISK_PERCENT = 20;
    private static final String DEFAULT_MAX_REPLICA_LAG = "30s";

    /** Every default. */
    public static final Budget DEFAULTS = new Budget(null, null, null, null, null, null, null);

    /** How many actions can run in one PgCluster at a time. */
    public int perClusterOrDefault() {
      return perCluster == null ? DEFAULT_PER_CLUSTER : perCluster;
    }

    /** How many actions can run in all PgClusters at a time. */
    public int perFleetOrDefault() {
      return perFleet == null ? DEFAULT_PER_FLEET : perFleet;
    }

    /** The share of the disk that an action must leave free, in percent. */
    public int minFreeDiskPercentOrDefault() {
      return minFreeDiskPercent == null ? DEFAULT_MIN_FREE_DISK_PERCENT : minFreeDiskPercent;
    }

    /** The largest index in bytes; empty if there is no limit. */
    public OptionalLong maxIndexSizeIfAny() {
      return maxIndexSize == null
          ? OptionalLong.empty()
          : OptionalLong.of(Quantities.bytes(maxIndexSize));
    }

    /** The number of active sessions per core; empty if there is no limit. */
    public OptionalDouble maxActiveSessionsPerCoreIfAny() {
      return maxActiveSessionsPerCore == null
          ? OptionalDouble.empty()
          : OptionalDouble.of(Quantities.number(maxActiveSessionsPerCore));
    }

    /** The age of the last backup; empty if no backup is needed. */
    public Optional<Duration> maxBackupAgeIfAny() {
      return Optional.ofNullable(maxBackupAge).map(Durations::parse);
    }

    /** The lag of a standby above which no action runs. */
    public Duration maxReplicaLagOrDefault() {
      return Durations.parse(maxReplicaLag == null ? DEFAULT_MAX_REPLICA_LAG : maxReplicaLag);
    }
  }

  /** How the effect of an action is measured, and what follows. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Verification(
      @Default(DEFAULT_WINDOW)
          @Pattern(Durations.PATTERN)
          @JsonPropertyDescription(
              "How long the workload is measured before the action and again after it, such as 10m."
                  + " Default 10m.")
          @Nullable String window,
      @Default("" + DEFAULT_MAX_REGRESSION_PERCENT)
          @Min(0)
          @Max(1000)
          @JsonPropertyDescription(
              "Slowdown of the affected statements above which the action counts as harmful, in"
                  + " percent. Default 10.")
          @Nullable Integer maxRegressionPercent,
      @Default("" + DEFAULT_ROLLBACK)
          @JsonPropertyDescription("Whether a harmful action is undone. Default true.")
          @Nullable Boolean rollback,
      @Default(DEFAULT_NOT_ENOUGH_TRAFFIC)
          @JsonPropertyDescription(
              "What happens to an action if there was too little traffic to measure its effect: Keep"
                  + " or Undo. Default Keep.")
          @Nullable NotEnoughTraffic notEnoughTraffic) {
    private static final String DEFAULT_WINDOW = "10m";
    private static final int DEFAULT_MAX_REGRESSION_PERCENT = 10;
    private static final boolean DEFAULT_ROLLBACK = true;
    private static final String DEFAULT_NOT_ENOUGH_TRAFFIC = "Keep";

    /** Every default. */
    public static final Verification DEFAULTS = new Verification(null, null, null, null);

    /** How long the workload is measured on either side. */
    public Duration windowOrDefault() {
      return Durations.parse(window == null ? DEFAULT_WINDOW : window);
    }

    /** The slowdown of the affected statements above which an action is harmful, in percent. */
    public int maxRegressionPercentOrDefault() {
      return maxRegressionPercent == null ? DEFAULT_MAX_REGRESSION_PERCENT : maxRegressionPercent;
    }

    /** Whether a harmful action is undone. */
    public boolean rollbackOrDefault() {
      return rollback == null ? DEFAULT_ROLLBACK : rollback;
    }

    /** What happens to an action whose effect could not be measured. */
    public NotEnoughTraffic notEnoughTrafficOrDefault() {
      return notEnoughTraffic == null
          ? NotEnoughTraffic.valueOf(DEFAULT_NOT_ENOUGH_TRAFFIC)
          : notEnoughTraffic;
    }
  }
}
