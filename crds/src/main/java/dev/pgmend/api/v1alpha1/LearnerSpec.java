package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The learning pod of one PgCluster. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!(has(self.gpu) && has(self.gpu.enabled) && self.gpu.enabled)"
            + " || (has(self.enabled) && self.enabled)",
    message =
        "a GPU is of use to the learning pod alone: set spec.learner.enabled to true, or"
            + " spec.learner.gpu.enabled to false")
public record LearnerSpec(
    @Default("" + DEFAULT_ENABLED)
        @JsonPropertyDescription("Whether the learning pod runs. Default false.")
        @Nullable Boolean enabled,
    @JsonPropertyDescription("What the pod asks of its node. Default: set by the operator.")
        @Nullable Resources resources,
    @JsonPropertyDescription("A GPU for training. Default: none, the CPU trains.")
        @Nullable Gpu gpu,
    @Default(DEFAULT_SAMPLING_INTERVAL)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            "Time between two samples of the workload, such as 10s. Default 10s.")
        @Nullable String samplingInterval,
    @Default("" + DEFAULT_OVERHEAD_BUDGET_PERCENT)
        @Min(value = 0, inclusive = false)
        @Max(50)
        @JsonPropertyDescription(
            "Share of the server's execution time that learning may cost, in percent; it slows"
                + " down before it passes it. Default 2.")
        @Nullable Double overheadBudgetPercent,
    @Default(DEFAULT_ATTENTION)
        @JsonPropertyDescription(
            "The mechanism that weighs the operators of a plan; Auto chooses per class of plan by"
                + " how well predictions held. Default Auto.")
        @Nullable AttentionMode attention,
    @JsonPropertyDescription("How the model adapts to this cluster.") @Nullable Sona sona,
    @JsonPropertyDescription("The volume that keeps what was learned.") @Nullable Storage storage,
    @JsonPropertyDescription(
            "Secret with the learner's own role, in the form of spec.provider.connection's. It"
                + " needs pg_monitor and pg_read_all_data, and must not be a superuser. Default:"
                + " the Secret of spec.provider.connection.")
        @Nullable SecretRef secretRef) {

  private static final boolean DEFAULT_ENABLED = false;
  private static final String DEFAULT_SAMPLING_INTERVAL = "10s";
  private static final double DEFAULT_OVERHEAD_BUDGET_PERCENT = 2;
  private static final String DEFAULT_ATTENTION = "Auto";

  /** What holds where nothing is said. */
  public static final LearnerSpec DEFAULTS =
      new LearnerSpec(null, null, null, null, null, null, null, null, null);

  /** Whether the learning pod runs. */
  public boolean enabledOrDefault() {
    return enabled == null ? DEFAULT_ENABLED : enabled;
  }

  /** What the pod asks of its node; empty leaves it to the operator. */
  public Resources resourcesOrDefault() {
    return resources == null ? Resources.NONE : resources;
  }

  /** The GPU, which is off unless asked for. */
  public Gpu gpuOrDefault() {
    return gpu == null ? Gpu.DEFAULTS : gpu;
  }

  /** The time between two samples. */
  public Duration samplingIntervalOrDefault() {
    return Durations.parse(samplingInterval == null ? DEFAULT_SAMPLING_INTERVAL : samplingInterval);
  }

  /** The share of the server's execution time that learning may cost, in percent. */
  public double overheadBudgetPercentOrDefault() {
    return overheadBudgetPercent == null ? DEFAULT_OVERHEAD_BUDGET_PERCENT : overheadBudgetPercent;
  }

  /** The mechanism that weighs the operators of a plan. */
  public AttentionMode attentionOrDefault() {
    return attention == null ? AttentionMode.valueOf(DEFAULT_ATTENTION) : attention;
  }

  /** How the model adapts. */
  public Sona sonaOrDefault() {
    return sona == null ? Sona.DEFAULTS : sona;
  }

  /** The volume. */
  public Storage storageOrDefault() {
    return storage == null ? Storage.DEFAULTS : storage;
  }

  /** A GPU for the learning pod. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Gpu(
      @Default("" + DEFAULT_ENABLED)
          @JsonPropertyDescription("Whether the pod asks for a GPU. Default false.")
          @Nullable Boolean enabled,
      @Default(DEFAULT_RESOURCE_NAME)
          @JsonPropertyDescription(
              "Name under which nodes offer the device. Default nvidia.com/gpu.")
          @Nullable String resourceName,
      @Default("" + DEFAULT_COUNT) @Min(1) @JsonPropertyDescription("How many devices. Default 1.")
          @Nullable Integer count) {
    private static final boolean DEFAULT_ENABLED = false;
    private static final String DEFAULT_RESOURCE_NAME = "nvidia.com/gpu";
    private static final int DEFAULT_COUNT = 1;

    /** No GPU. */
    public static final Gpu DEFAULTS = new Gpu(null, null, null);

    /** Whether the pod asks for a GPU. */
    public boolean enabledOrDefault() {
      return enabled == null ? DEFAULT_ENABLED : enabled;
    }

    /** The name under which nodes offer the device. */
    public String resourceNameOrDefault() {
      return resourceName == null ? DEFAULT_RESOURCE_NAME : resourceName;
    }

    /** How many devices. */
    public int countOrDefault() {
      return count == null ? DEFAULT_COUNT : count;
    }
  }

  /** How the model adapts to one cluster. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value =
          "!has(self.microLoraRank) || !has(self.baseLoraRank)"
              + " || self.microLoraRank <= self.baseLoraRank",
      message =
          "the instant correction is the smaller one: set microLoraRank to at most baseLoraRank")
  public record Sona(
      @Default("" + DEFAULT_MICRO_LORA_RANK)
          @Min(1)
          @Max(2)
          @JsonPropertyDescription(
              "Rank of the correction made at each observed statement. Default 2.")
          @Nullable Integer microLoraRank,
      @Default("" + DEFAULT_BASE_LORA_RANK)
          @Min(1)
          @Max(64)
          @JsonPropertyDescription("Rank of the correction trained in the background. Default 8.")
          @Nullable Integer baseLoraRank,
      @Default("" + DEFAULT_EWC_LAMBDA)
          @Min(0)
          @Max(15_000)
          @JsonPropertyDescription(
              "How strongly training holds on to what earlier workloads taught; 0 lets it forget."
                  + " Default 2000.")
          @Nullable Integer ewcLambda,
      @Default("" + DEFAULT_PATTERN_CLUSTERS)
          @Min(1)
          @Max(10_000)
          @JsonPropertyDescription(
              "How many patterns the observed statements are condensed into. Default 100.")
          @Nullable Integer patternClusters) {
    private static final int DEFAULT_MICRO_LORA_RANK = 2;
    private static final int DEFAULT_BASE_LORA_RANK = 8;
    private static final int DEFAULT_EWC_LAMBDA = 2000;
    private static final int DEFAULT_PATTERN_CLUSTERS = 100;

    /** What holds where nothing is said. */
    public static final Sona DEFAULTS = new Sona(null, null, null, null);

    /** The rank of the instant correction. */
    public int microLoraRankOrDefault() {
      return microLoraRank == null ? DEFAULT_MICRO_LORA_RANK : microLoraRank;
    }

    /** The rank of the background correction. */
    public int baseLoraRankOrDefault() {
      return baseLoraRank == null ? DEFAULT_BASE_LORA_RANK : baseLoraRank;
    }

    /** How strongly training holds on to the past. */
    public int ewcLambdaOrDefault() {
      return ewcLambda == null ? DEFAULT_EWC_LAMBDA : ewcLambda;
    }

    /** How many patterns. */
    public int patternClustersOrDefault() {
      return patternClusters == null ? DEFAULT_PATTERN_CLUSTERS : patternClusters;
    }
  }

  /** The volume of the learning pod. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Storage(
      @Default(DEFAULT_SIZE)
          @Pattern(Resources.QUANTITY)
          @JsonPropertyDescription("Size of the volume, as a quantity. Default 1Gi.")
          @Nullable String size,
      @JsonPropertyDescription("Storage class. Default: the cluster's own default class.")
          @Nullable String storageClassName) {
    private static final String DEFAULT_SIZE = "1Gi";

    /** What holds where nothing is said. */
    public static final Storage DEFAULTS = new Storage(null, null);

    /** The size of the volume, as a quantity. */
    public String sizeOrDefault() {
      return size == null ? DEFAULT_SIZE : size;
    }
  }
}
