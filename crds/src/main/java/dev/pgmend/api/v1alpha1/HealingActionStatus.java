// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an action does and did. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record HealingActionStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed for.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Phase of the action.") @Nullable HealingPhase phase,
    @JsonPropertyDescription("Why the action is in this phase, as one word in CamelCase.")
        @Nullable String reason,
    @JsonPropertyDescription("Why the action is in this phase, and what you can do.")
        @Nullable String message,
    @Min(0) @Max(100) @JsonPropertyDescription("Progress of the statements.")
        @Nullable Integer progressPercent,
    @Min(0)
        @JsonPropertyDescription(
            "How often the action was started. Attempts that a user stopped do not count.")
        @Nullable Integer attempts,
    @JsonPropertyDescription(
            "What was done, in order, with what pgmend needs to resume or undo it after a crash. Each"
                + " step is recorded before it begins.")
        List<JournalEntry> journal,
    @JsonPropertyDescription("The workload before the action.") @Nullable Measurement before,
    @JsonPropertyDescription("The workload after the action.") @Nullable Measurement after,
    @JsonPropertyDescription("The measured effect.") @Nullable Verdict verdict,
    @JsonPropertyDescription("Who or what approved the action.") @Nullable Approver approval,
    @JsonPropertyDescription("When the action entered its phases.") @Nullable Times times,
    @ListKey("type")
        @JsonPropertyDescription(
            "Ready. Also UndoAccepted or ApprovalAccepted, with status False, if a request of a user"
                + " cannot take effect.")
        List<Condition> conditions) {

  /** Nothing is known yet. */
  public static final HealingActionStatus EMPTY =
      new HealingActionStatus(
          null, null, null, null, null, null, List.of(), null, null, null, null, null, List.of());

  public HealingActionStatus {
    journal = Copies.list(journal);
    conditions = Copies.list(conditions);
  }

  /** Phase of the action; Proposed if it was never reconciled. */
  public HealingPhase phaseOrDefault() {
    return phase == null ? HealingPhase.Proposed : phase;
  }

  /** How often it was started. */
  public int attemptsOrDefault() {
    return attempts == null ? 0 : attempts;
  }

  /** When it entered its phases. */
  public Times timesOrDefault() {
    return times == null ? Times.NONE : times;
  }

  /** One line of the journal. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record JournalEntry(
      @Required @Min(0) @JsonPropertyDescription("Number of the entry, without gaps.") int sequence,
      @Required @Min(0) @JsonPropertyDescription("Number of the step.") int step,
      @Required @JsonPropertyDescription("What happened.") JournalEvent event,
      @JsonPropertyDescription("The SQL statement.") @Nullable String statement,
      @Required @DateTime @JsonPropertyDescription("When it happened.") String at,
      @JsonPropertyDescription("What pgmend needs to resume or undo the step, by name.")
          Map<String, String> details) {
    public JournalEntry {
      details = Copies.map(details);
    }
  }

  /** The measured effect, with a 95% interval. Positive means faster. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Verdict(
      @JsonPropertyDescription(
              "How much faster the affected statements became compared with the unaffected ones, in"
                  + " percent of their mean time. Negative if they became slower.")
          @Nullable Integer improvementPercent,
      @JsonPropertyDescription("Lower end of the 95% interval.") @Nullable Integer lowPercent,
      @JsonPropertyDescription("Upper end of the 95% interval.") @Nullable Integer highPercent,
      @Required @JsonPropertyDescription("What the numbers mean.") Decision decision,
      @JsonPropertyDescription("The verdict in one sentence, with its numbers.")
          @Nullable String message) {}

  /** Who or what approved an action. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Approver(
      @JsonPropertyDescription(
              "Field manager that set spec.approval, such as kubectl-patch, or name of the policy."
                  + " The audit log of the API server has the user.")
          @Nullable String by,
      @Required @JsonPropertyDescription("How the action was approved.") ApprovalVia via,
      @Required @DateTime @JsonPropertyDescription("When pgmend first acted on the approval.")
          String at) {}

  /** When an action entered its phases. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Times(
      @DateTime @JsonPropertyDescription("When it was proposed.") @Nullable String proposedAt,
      @DateTime @JsonPropertyDescription("When it was last scheduled.")
          @Nullable String scheduledAt,
      @DateTime @JsonPropertyDescription("When it was last started.") @Nullable String startedAt,
      @DateTime @JsonPropertyDescription("When its statements were done.")
          @Nullable String verifyingAt,
      @DateTime @JsonPropertyDescription("When it ended.") @Nullable String endedAt) {

    /** Not proposed yet. */
    public static final Times NONE = new Times(null, null, null, null, null);

    /**
     * These times after the action entered a phase; if it enters a phase again, the later time
     * counts.
     */
    public Times entered(HealingPhase phase, String at) {
      return switch (phase) {
        case Proposed -> new Times(at, scheduledAt, startedAt, verifyingAt, endedAt);
        case Scheduled -> new Times(proposedAt, at, startedAt, verifyingAt, endedAt);
        case Running -> new Times(proposedAt, scheduledAt, at, verifyingAt, endedAt);
        case Verifying -> new Times(proposedAt, scheduledAt, startedAt, at, endedAt);
        case Succeeded, RolledBack, Failed, Cancelled, Superseded, Expired ->
            new Times(proposedAt, scheduledAt, startedAt, verifyingAt, at);
        case AwaitingApproval -> this;
        case RollingBack -> new Times(proposedAt, scheduledAt, startedAt, verifyingAt, null);
      };
    }
  }

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
    private @Nullable HealingPhase phase;
    private @Nullable String reason;
    private @Nullable String message;
    private @Nullable Integer progressPercent;
    private @Nullable Integer attempts;
    private List<JournalEntry> journal;
    private @Nullable Measurement before;
    private @Nullable Measurement after;
    private @Nullable Verdict verdict;
    private @Nullable Approver approval;
    private @Nullable Times times;
    private List<Condition> conditions;

    private Builder(HealingActionStatus from) {
      observedGeneration = from.observedGeneration;
      phase = from.phase;
      reason = from.reason;
      message = from.message;
      progressPercent = from.progressPercent;
      attempts = from.attempts;
      journal = from.journal;
      before = from.before;
      after = from.after;
      verdict = from.verdict;
      approval = from.approval;
      times = from.times;
      conditions = from.conditions;
    }

    /** Sets the generation that the status is for. */
    public Builder observedGeneration(@Nullable Long value) {
      observedGeneration = value;
      return this;
    }

    /** Sets the phase. */
    public Builder phase(@Nullable HealingPhase value) {
      phase = value;
      return this;
    }

    /** Sets the reason. */
    public Builder reason(@Nullable String value) {
      reason = value;
      return this;
    }

    /** Sets the message. */
    public Builder message(@Nullable String value) {
      message = value;
      return this;
    }

    /** Sets the progress in percent. */
    public Builder progressPercent(@Nullable Integer value) {
      progressPercent = value;
      return this;
    }

    /** Sets how often it was started. */
    public Builder attempts(@Nullable Integer value) {
      attempts = value;
      return this;
    }

    /** Sets what was done. */
    public Builder journal(List<JournalEntry> value) {
      journal = value;
      return this;
    }

    /** Sets the workload before. */
    public Builder before(@Nullable Measurement value) {
      before = value;
      return this;
    }

    /** Sets the workload after. */
    public Builder after(@Nullable Measurement value) {
      after = value;
      return this;
    }

    /** Sets the verdict. */
    public Builder verdict(@Nullable Verdict value) {
      verdict = value;
      return this;
    }

    /** Sets who approved it. */
    public Builder approval(@Nullable Approver value) {
      approval = value;
      return this;
    }

    /** Sets when it entered its phases. */
    public Builder times(@Nullable Times value) {
      times = value;
      return this;
    }

    /** Sets the conditions. */
    public Builder conditions(List<Condition> value) {
      conditions = value;
      return this;
    }

    /** The status. */
    public HealingActionStatus build() {
      return new HealingActionStatus(
          observedGeneration,
          phase,
          reason,
          message,
          progressPercent,
          attempts,
          journal,
          before,
          after,
          verdict,
          approval,
          times,
          conditions);
    }
  }
}
