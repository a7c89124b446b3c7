// SPDX-License-Identifier: Apache-2.0
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

/** State of a managed Postgres, and what pgmend does about it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PgClusterStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed for.")
        @Nullable Long observedGeneration,
    @ListKey("type")
        @JsonPropertyDescription("Ready, Connected, Inspected, LearnerReady and Healthy.")
        List<Condition> conditions,
    @JsonPropertyDescription("Version of the server, such as 17.2.") @Nullable String serverVersion,
    @JsonPropertyDescription("Host and port of the primary.") @Nullable String primary,
    @Min(0)
        @Max(100)
        @JsonPropertyDescription(
            "100 without findings, down to 0. Each open finding lowers it by its severity.")
        @Nullable Integer healthScore,
    @JsonPropertyDescription("Numbers of open findings.") @Nullable FindingCounts findingCounts,
    @Size(max = MAX_FINDINGS)
        @JsonPropertyDescription(
            "Open findings of the last inspection, worst first, detector failures included. At most"
                + " 20; findingCounts.notListed counts the others.")
        List<Finding> findings,
    @JsonPropertyDescription("Where the workload spends most of its time.")
        @Nullable Bottleneck bottleneck,
    @DateTime @JsonPropertyDescription("When the last inspection ended.")
        @Nullable String lastInspection,
    @JsonPropertyDescription("The HealingAction that changed its phase last.")
        @Nullable LastAction lastAction) {

  /** The number of findings that are listed. */
  public static final int MAX_FINDINGS = 20;

  /** Nothing is known yet. */
  public static final PgClusterStatus EMPTY =
      new PgClusterStatus(null, List.of(), null, null, null, null, List.of(), null, null, null);

  public PgClusterStatus {
    conditions = Copies.list(conditions);
    findings = Copies.list(findings);
  }

  /** One open finding. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Finding(
      @Required
          @JsonPropertyDescription(
              "Name of the detector, such as IndexBloat, or DetectorFailed if one could not run.")
          String detector,
      @JsonPropertyDescription("What the finding is about, such as shop/public.orders_idx.")
          @Nullable String target,
      @Required @JsonPropertyDescription("Severity of the finding.") Severity severity,
      @JsonPropertyDescription("The finding in one sentence, with its numbers.")
          @Nullable String summary,
      @DateTime @JsonPropertyDescription("When it was first seen.") @Nullable String since,
      @JsonPropertyDescription(
              "The finding that causes this one, such as BlockingSession session 4711. Fix that one"
                  + " first. Absent if no finding causes it.")
          @Nullable String cause) {}

  /** The operators of a plan whose improvement would shorten the workload most. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Bottleneck(
      @Required
          @JsonPropertyDescription(
              "The statement, by its queryid in pg_stat_statements, as text, because it needs 64"
                  + " bits.")
          String statementId,
      @JsonPropertyDescription("The plan operators to improve, such as Seq Scan on orders.")
          List<String> operators,
      @Min(0)
          @Max(100)
          @JsonPropertyDescription("The statement's share of the execution time of the workload.")
          @Nullable Integer timeSharePercent) {
    public Bottleneck {
      operators = Copies.list(operators);
    }
  }

  /** The action that changed its phase last. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LastAction(
      @Required @JsonPropertyDescription("Name of the HealingAction.") String name,
      @Required @JsonPropertyDescription("Its phase.") HealingPhase phase,
      @DateTime @JsonPropertyDescription("When it entered that phase.") @Nullable String at) {}

  /** A copy to change. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** An empty status. */
  public static Builder builder() {
    return new Builder(EMPTY);
  }

  /** Builds a status a component at a time. */
  public static final class Builder {
    private @Nullable Long observedGeneration;
    private List<Condition> conditions;
    private @Nullable String serverVersion;
    private @Nullable String primary;
    private @Nullable Integer healthScore;
    private @Nullable FindingCounts findingCounts;
    private List<Finding> findings;
    private @Nullable Bottleneck bottleneck;
    private @Nullable String lastInspection;
    private @Nullable LastAction lastAction;

    private Builder(PgClusterStatus from) {
      observedGeneration = from.observedGeneration;
      conditions = from.conditions;
      serverVersion = from.serverVersion;
      primary = from.primary;
      healthScore = from.healthScore;
      findingCounts = from.findingCounts;
      findings = from.findings;
      bottleneck = from.bottleneck;
      lastInspection = from.lastInspection;
      lastAction = from.lastAction;
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

    /** Sets the numbers of findings. */
    public Builder findingCounts(@Nullable FindingCounts value) {
      findingCounts = value;
      return this;
    }

    /** Sets the listed findings. */
    public Builder findings(List<Finding> value) {
      findings = value;
      return this;
    }

    /** Sets where the workload spends its time. */
    public Builder bottleneck(@Nullable Bottleneck value) {
      bottleneck = value;
      return this;
    }

    /** Sets when the last inspection ended. */
    public Builder lastInspection(@Nullable String value) {
      lastInspection = value;
      return this;
    }

    /** Sets the action that changed its phase last. */
    public Builder lastAction(@Nullable LastAction value) {
      lastAction = value;
      return this;
    }

    /** The status. */
    public PgClusterStatus build() {
      return new PgClusterStatus(
          observedGeneration,
          conditions,
          serverVersion,
          primary,
          healthScore,
          findingCounts,
          findings,
          bottleneck,
          lastInspection,
          lastAction);
    }
  }
}
