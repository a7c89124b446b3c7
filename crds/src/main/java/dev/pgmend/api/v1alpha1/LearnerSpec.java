// SPDX-License-Identifier: Apache-2.0
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

/** The learner pod of one PgCluster. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!(has(self.gpu) && has(self.gpu.enabled) && self.gpu.enabled)"
            + " || (has(self.enabled) && self.enabled)",
    message =
        "only the learner uses the GPU: set spec.learner.enabled to true, or"
            + " spec.learner.gpu.enabled to false")
public record LearnerSpec(
    @Default("" + DEFAULT_ENABLED)
        @JsonPropertyDescription("Whether the learner pod runs. Default false.")
        @Nullable Boolean enabled,
    @JsonPropertyDescription("Resources of the pod. Default: set by the operator.")
        @Nullable Resources resources,
    @JsonPropertyDescription("A GPU for training. Default: none, training uses the CPU.")
        @Nullable Gpu gpu,
    @Default(DEFAULT_SAMPLING_INTERVAL)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            "Time between two samples of the workload, such as 10s. Default 10s.")
        @Nullable String samplingInterval,
    @Default("" + DEFAULT_OVERHEAD_BUDGET_PERCENT)
        @Min(1)
        @Max(50)
        @JsonPropertyDescription(
            "Share of the server's execution time that the learner can use, in percent. It samples"
                + " less often before it exceeds its budget. Default 2.")
        @Nullable Integer overheadBudgetPercent,
    @JsonPropertyDescription("The volume that keeps what the pod learned.")
        @Nullable Storage storage,
    @JsonPropertyDescription(
            "Secret with the learner's own role, with the same keys as the Secret of"
                + " spec.provider.connection. The role needs pg_monitor and pg_read_all_data, and"
                + " must not be a superuser. Default: the Secret of spec.provider.connection.")
        @Nullable SecretRef secretRef,
    @JsonPropertyDescription("Parameters of the model, for experiments.")
        @Nullable Advanced advanced) {

  private static final boolean DEFAULT_ENABLED = false;
  private static final String DEFAULT_SAMPLING_INTERVAL = "10s";
  private static final int DEFAULT_OVERHEAD_BUDGET_PERCENT = 2;

  /** Every default. */
  public static final LearnerSpec DEFAULTS =
      new LearnerSpec(null, null, null, null, null, null, null, null);

  /** Whether the learner pod runs. */
  public boolean enabledOrDefault() {
    return enabled == null ? DEFAULT_ENABLED : enabled;
  }

  /** Resources of the pod; empty if the operator decides. */
  public Resources resourcesOrDefault() {
    return resources == null ? Resources.NONE : resources;
  }

  /** The GPU; off by default. */
  public Gpu gpuOrDefault() {
    return gpu == null ? Gpu.DEFAULTS : gpu;
  }

  /** The time between two samples. */
  public Duration samplingIntervalOrDefault() {
    return Durations.parse(samplingInterval == null ? DEFAULT_SAMPLING_INTERVAL : samplingInterval);
  }

  /** The share of the server's execution time that the learner can use, in percent. */
  public int overheadBudgetPercentOrDefault() {
    return overheadBudgetPercent == null ? DEFAULT_OVERHEAD_BUDGET_PERCENT : overheadBudgetPercent;
  }

  /** Parameters of the model. */
  public Advanced advancedOrDefault() {
    return advanced == null ? Advanced.DEFAULTS : advanced;
  }

  /** The volume. */
  public Storage storageOrDefault() {
    return storage == null ? Storage.DEFAULTS : storage;
  }

  /** A GPU for the learner pod. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Gpu(
      @Default("" + DEFAULT_ENABLED)
          @JsonPropertyDescription("Whether the pod requests a GPU. Default false.")
          @Nullable Boolean enabled,
      @Default(DEFAULT_RESOURCE_NAME)
          @JsonPropertyDescription("Name of the extended resource. Default nvidia.com/gpu.")
          @Nullable String resourceName,
      @Default("" + DEFAULT_COUNT) @Min(1) @JsonPropertyDescription("Number of devices. Default 1.")
          @Nullable Integer count) {
    private static final boolean DEFAULT_ENABLED = false;
    private static final String DEFAULT_RESOURCE_NAME = "nvidia.com/gpu";
    private static final int DEFAULT_COUNT = 1;

    /** No GPU. */
    public static final Gpu DEFAULTS = new Gpu(null, null, null);

    /** Whether the pod requests a GPU. */
    public boolean enabledOrDefault() {
      return enabled == null ? DEFAULT_ENABLED : enabled;
    }

    /** The name of the extended resource. */
    public String resourceNameOrDefault() {
      return resourceName == null ? DEFAULT_RESOURCE_NAME : resourceName;
    }

    /** The number of devices. */
    public int countOrDefault() {
      return count == null ? DEFAULT_COUNT : count;
    }
  }

  /** Parameters of the model. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Advanced(
      @Default(DEFAULT_ATTENTION)
          @JsonPropertyDescription(
              "The mechanism that weighs the operators of a plan. Auto selects it for each class of"
                  + " plans by its error. Default Auto.")
          @Nullable AttentionMode attention,
      @Default("" + DEFAULT_MICRO_LORA_RANK)
          @Min(1)
          @Max(2)
          @JsonPropertyDescription(
              "Rank of the correction that is updated after each observed statement. Default 2.")
          @Nullable Integer microLoraRank,
      @Default("" + DEFAULT_EWC_LAMBDA)
          @Min(0)
          @Max(15_000)
          @JsonPropertyDescription(
              "How strongly training keeps what earlier workloads taught. 0 keeps nothing. Default"
                  + " 2000.")
          @Nullable Integer ewcLambda) {
    private static final String DEFAULT_ATTENTION = "Auto";
    private static final int DEFAULT_MICRO_LORA_RANK = 2;
    private static final int DEFAULT_EWC_LAMBDA = 2000;

    /** Every default. */
    public static final Advanced DEFAULTS = new Advanced(null, null, null);

    /** The mechanism that weighs the operators of a plan. */
    public AttentionMode attentionOrDefault() {
      return attention == null ? AttentionMode.valueOf(DEFAULT_ATTENTION) : attention;
    }

    /** The rank of the correction. */
    public int microLoraRankOrDefault() {
      return microLoraRank == null ? DEFAULT_MICRO_LORA_RANK : microLoraRank;
    }

    /** How strongly training keeps what earlier workloads taught. */
    public int ewcLambdaOrDefault() {
      return ewcLambda == null ? DEFAULT_EWC_LAMBDA : ewcLambda;
    }
  }

  /** The volume of the learner pod. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Storage(
      @Default(DEFAULT_SIZE)
          @QuantityValue(positive = true)
          @JsonPropertyDescription("Size of the volume. Default 1Gi.")
          @Nullable String size,
      @JsonPropertyDescription(
              "Storage class. Default: the default class of the Kubernetes cluster.")
          @Nullable String storageClassName) {
    private static final String DEFAULT_SIZE = "1Gi";

    /** Every default. */
    public static final Storage DEFAULTS = new Storage(null, null);

    /** The size of the volume, as a quantity. */
    public String sizeOrDefault() {
      return size == null ? DEFAULT_SIZE : size;
    }
  }
}
