// SPDX-License-Identifier: Apache-2.0
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

/** One repair as it was proposed. Only the approval can change afterwards. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = HealingActionSpec.SAME_ESSENCE, message = HealingActionSpec.IMMUTABLE)
@ValidationRule(value = HealingActionSpec.SAME_DETAILS, message = HealingActionSpec.IMMUTABLE)
public record HealingActionSpec(
    @Required @JsonPropertyDescription("The PgCluster to repair.") ClusterRef clusterRef,
    @Required
        @Size(max = 63)
        @Pattern("^[A-Z][A-Za-z0-9]*$")
        @JsonPropertyDescription("Type of the repair, in CamelCase, such as ReindexConcurrently.")
        String type,
    @JsonPropertyDescription("What the action repairs.") @Nullable Target target,
    @JsonPropertyDescription("The finding that led to the action.") @Nullable Finding finding,
    @Size(max = 100) @JsonPropertyDescription("The SQL statements of the action, in order.")
        List<String> statements,
    @Size(max = 100)
        @JsonPropertyDescription(
            "The SQL statements that undo it, in order. Empty if it cannot be undone.")
        List<String> undo,
    @JsonPropertyDescription("The expected effect.") @Nullable Expected expected,
    @JsonPropertyDescription("How much harm the action could do.") @Nullable Risk risk,
    @JsonPropertyDescription(
            "Approved lets the action run, Denied forbids it. Absent: the policy decides. A value"
                + " that was set when the action was created does not count, because the right to"
                + " propose an action is not the right to approve it. Set it afterwards.")
        @Nullable Approval approval) {

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
      "only spec.approval of a HealingAction can change: delete it, and pgmend proposes it again";

  public HealingActionSpec {
    statements = Copies.list(statements);
    undo = Copies.list(undo);
  }

  /** This action with another approval. */
  public HealingActionSpec withApproval(@Nullable Approval newApproval) {
    return new HealingActionSpec(
        clusterRef, type, target, finding, statements, undo, expected, risk, newApproval);
  }

  /** What the action repairs; empty if nothing is named. */
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
          String name,
      @Size(max = 128)
          @JsonPropertyDescription(
              "UID of that PgCluster. If it is set, a new PgCluster of the same name does not take"
                  + " over the action. pgmend sets it in the actions that it proposes.")
          @Nullable String uid) {

    /** Whichever PgCluster has that name. */
    public static ClusterRef named(String name) {
      return new ClusterRef(name, null);
    }
  }

  /** What an action repairs. Only what applies is set. */
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
              "Another kind of object, by kind and name, such as slot standby_2 or role app.")
          @Nullable String object) {

    /** The server as a whole. */
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
      @Required @JsonPropertyDescription("Severity of the finding.") Severity severity,
      @JsonPropertyDescription("The finding in one sentence, with its numbers.")
          @Nullable String summary,
      @Size(max = 100)
          @JsonPropertyDescription(
              "The numbers of the finding by name. Each name has its unit, such as wastedBytes.")
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
              "How much faster the affected statements become, in percent of their mean time.")
          @Nullable Integer improvementPercent,
      @JsonPropertyDescription("Lower end of the interval.") @Nullable Integer lowPercent,
      @JsonPropertyDescription("Upper end of the interval.") @Nullable Integer highPercent,
      @JsonPropertyDescription("Where the numbers come from, such as HypoPG, model or rule.")
          @Nullable String source) {}
}
