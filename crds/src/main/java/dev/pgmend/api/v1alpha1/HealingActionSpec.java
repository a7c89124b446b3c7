package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One repair as it was proposed; only the approval may change afterwards. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = HealingActionSpec.SAME_ESSENCE, message = HealingActionSpec.IMMUTABLE)
@ValidationRule(value = HealingActionSpec.SAME_DETAILS, message = HealingActionSpec.IMMUTABLE)
public record HealingActionSpec(
    @Required @JsonPropertyDescription("The PgCluster to repair.") ClusterRef clusterRef,
    @Required
        @Size(max = 63)
        @Pattern("^[A-Z][A-Za-z0-9]*$")
        @JsonPropertyDescription("What is done, in CamelCase, such as ReindexConcurrently.")
        String type,
    @JsonPropertyDescription("What it is done to.") @Nullable Target target,
    @JsonPropertyDescription("Why: the finding that led to it.") @Nullable Finding finding,
    @Size(max = 100) @JsonPropertyDescription("The SQL that will run, a statement each, in order.")
        List<String> statements,
    @Size(max = 100) @JsonPropertyDescription("The SQL that undoes it, a statement each, in order.")
        List<String> undo,
    @JsonPropertyDescription("The effect that is expected of it.") @Nullable Expected expected,
    @JsonPropertyDescription("What it could cost if it went wrong.") @Nullable Risk risk,
    @JsonPropertyDescription(
            "true lets the action run, false forbids it, absent leaves it to the policy. A true"
                + " that was there when the action was created does not count: who may propose an"
                + " action need not be one who may approve it, so it is set afterwards.")
        @Nullable Boolean approved) {

  static final String SAME_ESSENCE =
      "self.clusterRef == oldSelf.clusterRef && self.type == oldSelf.type"
          + " && has(self.statements) == has(oldSelf.statements)"
          + " && (!has(self.statements) || self.statements == oldSelf.statements)"
          + " && has(self.undo) == has(oldSelf.undo)"
          + " && (!has(self.undo) || self.undo == oldSelf.undo)";
  static final String SAME_DETAILS =
      "has(self.target) == has(oldSelf.target)"
          + " && (!has(self.target) || self.target == oldSelf.target)"
          + " && has(self.finding) == has(oldSelf.finding)"
          + " && (!has(self.finding) || self.finding == oldSelf.finding)"
          + " && has(self.expected) == has(oldSelf.expected)"
          + " && (!has(self.expected) || self.expected == oldSelf.expected)"
          + " && has(self.risk) == has(oldSelf.risk)"
          + " && (!has(self.risk) || self.risk == oldSelf.risk)";
  static final String IMMUTABLE =
      "of a HealingAction only spec.approved may change: delete it, pgmend proposes it anew";

  public HealingActionSpec {
    statements = Copies.list(statements);
    undo = Copies.list(undo);
  }

  /** This action, approved or forbidden. */
  public HealingActionSpec withApproved(@Nullable Boolean newApproved) {
    return new HealingActionSpec(
        clusterRef, type, target, finding, statements, undo, expected, risk, newApproved);
  }

  /** What the action is done to; empty where nothing is named. */
  public Target targetOrDefault() {
    return target == null ? Target.NONE : target;
  }

  /** A PgCluster in the same namespace. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ClusterRef(
      @Required
          @Size(min = 1, max = 253)
          @JsonPropertyDescription("Name of a PgCluster in the same namespace.")
          String name) {}

  /** What an action is done to; only what applies is there. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Target(
      @JsonPropertyDescription("Name of the database.") @Nullable String database,
      @JsonPropertyDescription("Name of the schema.") @Nullable String schema,
      @JsonPropertyDescription("Name of the table or other relation, without its schema.")
          @Nullable String relation,
      @JsonPropertyDescription("Name of the index, without its schema.") @Nullable String index,
      @Size(max = 100) @JsonPropertyDescription("Names of columns of the relation.")
          List<String> columns,
      @JsonPropertyDescription("Name of the setting, such as work_mem.") @Nullable String parameter,
      @JsonPropertyDescription(
              "What is no relation, by kind and name, such as slot standby_2 or role app.")
          @Nullable String object) {

    /** Nothing in particular: the server as a whole. */
    public static final Target NONE = new Target(null, null, null, null, List.of(), null, null);

    public Target {
      columns = Copies.list(columns);
    }

    /** A setting of the server. */
    public static Target parameter(String name) {
      return new Target(null, null, null, null, List.of(), name, null);
    }

    /** A table. */
    public static Target relation(String database, String schema, String relation) {
      return new Target(database, schema, relation, null, List.of(), null, null);
    }

    /** An index of a table. */
    public static Target index(String database, String schema, String relation, String index) {
      return new Target(database, schema, relation, index, List.of(), null, null);
    }
  }

  /** The finding that led to an action. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Finding(
      @Required @JsonPropertyDescription("Name of the detector, such as IndexBloat, or Learner.")
          String detector,
      @Required @JsonPropertyDescription("How much it matters.") Severity severity,
      @JsonPropertyDescription("The finding in one sentence, with its numbers.")
          @Nullable String summary,
      @Size(max = 100)
          @JsonPropertyDescription(
              "The numbers behind it, by name; each name says its unit, such as wastedBytes.")
          Map<String, String> evidence) {
    public Finding {
      evidence = Copies.map(evidence);
    }
  }

  /** The effect that is expected of an action, with a 90% interval. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Expected(
      @JsonPropertyDescription(
              "By how much the affected statements become faster, in percent of their mean time.")
          @Nullable Double improvementPercent,
      @JsonPropertyDescription("Lower end of its interval, in percent.") @Nullable Double low,
      @JsonPropertyDescription("Upper end of its interval, in percent.") @Nullable Double high,
      @JsonPropertyDescription("Who says so, such as HypoPG, model or rule.")
          @Nullable String source) {}
}
