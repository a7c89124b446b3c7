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

/** How an action is going, and what it did. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record HealingActionStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed for.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Where the action is on its way.") @Nullable HealingPhase phase,
    @JsonPropertyDescription("Why it is in that phase, as one CamelCase word for programs.")
        @Nullable String reason,
    @JsonPropertyDescription("Why it is in that phase, and what a user can do about it.")
        @Nullable String message,
    @Min(0) @Max(100) @JsonPropertyDescription("How far the running statement is, in percent.")
        @Nullable Integer progressPercent,
    @Min(0)
        @JsonPropertyDescription(
            "How often it was started, the times that guards stopped it too; not those that a user stopped.")
        @Nullable Integer attempts,
    @JsonPropertyDescription(
            "What was done, in order; enough to resume or undo it after a crash. Each intent is"
                + " written before its side effect.")
        List<JournalEntry> journal,
    @JsonPropertyDescription("The workload before the action.") @Nullable Measurement before,
    @JsonPropertyDescription("The workload after the action.") @Nullable Measurement after,
    @JsonPropertyDescription("What the measurements say of the action.") @Nullable Verdict verdict,
    @JsonPropertyDescription("When it entered its phases.") @Nullable Times times,
    @JsonPropertyDescription("Ready, with its reason.") List<Condition> conditions) {

  /** Nothing known yet. */
  public static final HealingActionStatus EMPTY =
      new HealingActionStatus(
          null, null, null, null, null, null, List.of(), null, null, null, null, List.of());

  public HealingActionStatus {
    journal = Copies.list(journal);
    conditions = Copies.list(conditions);
  }

  /** Where the action is; one that nobody has looked at yet is proposed. */
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
      @Required @Min(0) @JsonPropertyDescription("Number of the entry, rising without gaps.")
          int sequence,
      @Required @Min(0) @JsonPropertyDescription("Number of the step that it is about.") int step,
      @Required @JsonPropertyDescription("What happened.") JournalEvent event,
      @JsonPropertyDescription("The SQL that it is about.") @Nullable String statement,
      @Required @JsonPropertyDescription("When (RFC 3339).") String at,
      @JsonPropertyDescription("What is needed to resume or undo it, by name.")
          Map<String, String> details) {
    public JournalEntry {
      details = Copies.map(details);
    }
  }

  /** What the measurements say, with a 95% interval; positive percents are gains. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Verdict(
      @JsonPropertyDescription(
              "By how much the affected statements became faster, beyond what the unaffected ones"
                  + " did, in percent of their mean time; negative where they became slower.")
          @Nullable Double effectPercent,
      @JsonPropertyDescription("Lower end of the 95% interval, in percent.") @Nullable Double low,
      @JsonPropertyDescription("Upper end of the 95% interval, in percent.") @Nullable Double high,
      @Required @JsonPropertyDescription("What follows from it.") Decision decision,
      @JsonPropertyDescription("The verdict in one sentence, with its numbers.")
          @Nullable String message) {}

  /** When an action entered its phases. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Times(
      @JsonPropertyDescription("When it was proposed (RFC 3339).") @Nullable String proposedAt,
      @JsonPropertyDescription("When it was last scheduled (RFC 3339).")
          @Nullable String scheduledAt,
      @JsonPropertyDescription("When it was last started (RFC 3339).") @Nullable String startedAt,
      @JsonPropertyDescription("When its statements were done (RFC 3339).")
          @Nullable String verifyingAt,
      @JsonPropertyDescription("When it ended (RFC 3339).") @Nullable String endedAt) {

    /** Not even proposed. */
    public static final Times NONE = new Times(null, null, null, null, null);

    /** These times after the action entered a phase; entering it anew moves its time. */
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

  /** Nothing known yet, to be filled in. */
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

    /** Sets the word for programs. */
    public Builder reason(@Nullable String value) {
      reason = value;
      return this;
    }

    /** Sets the sentence for people. */
    public Builder message(@Nullable String value) {
      message = value;
      return this;
    }

    /** Sets how far the running statement is, in percent. */
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
          times,
          conditions);
    }
  }
}
