package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a Postgres under care is, and what is being done about it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PgClusterStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed for.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Ready, Connected, Inspected, LearnerReady and Healthy, each with its reason.")
        List<Condition> conditions,
    @JsonPropertyDescription("Who owns the Postgres, such as CloudNativePG.")
        @Nullable ProviderKind provider,
    @JsonPropertyDescription("Version of the server, such as 17.2.") @Nullable String serverVersion,
    @JsonPropertyDescription("Host and port of the primary, or its name where it has one.")
        @Nullable String primary,
    @Min(0)
        @Max(100)
        @JsonPropertyDescription(
            "100 with no finding, down to 0; each open finding takes its share by severity.")
        @Nullable Integer healthScore,
    @JsonPropertyDescription("What the last inspection found.") @Nullable Findings findings,
    @JsonPropertyDescription("Where the workload loses most of its time.")
        @Nullable Bottleneck bottleneck,
    @JsonPropertyDescription("When the last inspection ended (RFC 3339).")
        @Nullable String lastInspection,
    @JsonPropertyDescription("The action that changed its phase last.")
        @Nullable LastAction lastAction,
    @Size(max = 100)
        @JsonPropertyDescription(
            "Settings whose live value is not the one that the policy or their owner wants; at"
                + " most 100.")
        List<ParameterDrift> parameterDrift) {

  /** Nothing known yet. */
  public static final PgClusterStatus EMPTY =
      new PgClusterStatus(
          null, List.of(), null, null, null, null, null, null, null, null, List.of());

  public PgClusterStatus {
    conditions = Copies.list(conditions);
    parameterDrift = Copies.list(parameterDrift);
  }

  /** What the last inspection found, counted, with the worst by name. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Findings(
      @Min(0) @JsonPropertyDescription("Open findings that threaten availability or data.")
          int critical,
      @Min(0) @JsonPropertyDescription("Open findings that cost performance or space.") int warning,
      @Min(0) @JsonPropertyDescription("Open findings that are good to know.") int info,
      @Size(max = MOST_NAMED)
          @JsonPropertyDescription("The worst findings, worst first; at most 10.")
          List<NamedFinding> worst) {

    /** How many findings are named. */
    public static final int MOST_NAMED = 10;

    /** Nothing found. */
    public static final Findings NONE = new Findings(0, 0, 0, List.of());

    public Findings {
      worst = Copies.list(worst);
    }

    /** The counts alone. */
    public FindingCounts counts() {
      return new FindingCounts(critical, warning, info);
    }
  }

  /** One open finding. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record NamedFinding(
      @Required @JsonPropertyDescription("Name of the detector, such as IndexBloat.") String type,
      @JsonPropertyDescription("What it is about, such as shop/public.orders_idx.")
          @Nullable String target,
      @Required @JsonPropertyDescription("How much it matters.") Severity severity,
      @JsonPropertyDescription("When it was first seen (RFC 3339).") @Nullable String since,
      @JsonPropertyDescription("The finding in one sentence, with its numbers.")
          @Nullable String summary,
      @JsonPropertyDescription(
              "The finding that this one comes of, such as BlockingSession session 4711: mend that"
                  + " first. Absent if it has no cause among the findings.")
          @Nullable String cause) {}

  /** The operators of a plan whose relief would shorten the workload most. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Bottleneck(
      @Required
          @JsonPropertyDescription(
              "The statement, by its queryid in pg_stat_statements; text, since it needs 64 bits.")
          String statementId,
      @JsonPropertyDescription("The plan operators to relieve, such as Seq Scan on orders.")
          List<String> operators,
      @Min(0)
          @Max(100)
          @JsonPropertyDescription("Share of the workload's time that is lost there, in percent.")
          @Nullable Double timeSharePercent) {
    public Bottleneck {
      operators = Copies.list(operators);
    }
  }

  /** The action that moved last. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LastAction(
      @Required @JsonPropertyDescription("Name of the HealingAction.") String name,
      @Required @JsonPropertyDescription("Its phase.") HealingPhase phase,
      @JsonPropertyDescription("When it entered that phase (RFC 3339).") @Nullable String at) {}

  /** A setting that is not as it should be. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ParameterDrift(
      @Required @JsonPropertyDescription("Name of the setting, such as work_mem.") String name,
      @JsonPropertyDescription("The value in force.") @Nullable String live,
      @JsonPropertyDescription("The value that the policy or the owner wants.")
          @Nullable String wanted,
      @JsonPropertyDescription(
              "Where the live value comes from, such as postgresql.auto.conf or ALTER ROLE.")
          @Nullable String source) {}

  /** A copy to change. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Nothing known yet, to be filled in. */
  public static Builder builder() {
    return new Builder(EMPTY);
  }

  /** Builds a status a component at a time. */
  public static final class Builder {
    private @Nullable Long observedGeneration;
    private List<Condition> conditions;
    private @Nullable ProviderKind provider;
    private @Nullable String serverVersion;
    private @Nullable String primary;
    private @Nullable Integer healthScore;
    private @Nullable Findings findings;
    private @Nullable Bottleneck bottleneck;
    private @Nullable String lastInspection;
    private @Nullable LastAction lastAction;
    private List<ParameterDrift> parameterDrift;

    private Builder(PgClusterStatus from) {
      observedGeneration = from.observedGeneration;
      conditions = from.conditions;
      provider = from.provider;
      serverVersion = from.serverVersion;
      primary = from.primary;
      healthScore = from.healthScore;
      findings = from.findings;
      bottleneck = from.bottleneck;
      lastInspection = from.lastInspection;
      lastAction = from.lastAction;
      parameterDrift = from.parameterDrift;
    }

    /** Sets the generation that the status is for. */
    public Builder observedGeneration(@Nullable Long value) {
      observedGeneration = value;
      return this;
    }

    /** Sets the conditions. */
    public Builder conditions(List<Condition> value) {
      conditions = value;
      return this;
    }

    /** Sets who owns the Postgres. */
    public Builder provider(@Nullable ProviderKind value) {
      provider = value;
      return this;
    }

    /** Sets the server's version. */
    public Builder serverVersion(@Nullable String value) {
      serverVersion = value;
      return this;
    }

    /** Sets where the primary is. */
    public Builder primary(@Nullable String value) {
      primary = value;
      return this;
    }

    /** Sets the health score, 0 to 100. */
    public Builder healthScore(@Nullable Integer value) {
      healthScore = value;
      return this;
    }

    /** Sets what was found. */
    public Builder findings(@Nullable Findings value) {
      findings = value;
      return this;
    }

    /** Sets where time is lost. */
    public Builder bottleneck(@Nullable Bottleneck value) {
      bottleneck = value;
      return this;
    }

    /** Sets when the last inspection ended. */
    public Builder lastInspection(@Nullable String value) {
      lastInspection = value;
      return this;
    }

    /** Sets the action that moved last. */
    public Builder lastAction(@Nullable LastAction value) {
      lastAction = value;
      return this;
    }

    /** Sets the settings that are not as they should be. */
    public Builder parameterDrift(List<ParameterDrift> value) {
      parameterDrift = value;
      return this;
    }

    /** The status. */
    public PgClusterStatus build() {
      return new PgClusterStatus(
          observedGeneration,
          conditions,
          provider,
          serverVersion,
          primary,
          healthScore,
          findings,
          bottleneck,
          lastInspection,
          lastAction,
          parameterDrift);
    }
  }
}
