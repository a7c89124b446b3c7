// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** What pgmend can do to the PgClusters that the policy selects. */
@JsonClassDescription(
    "What pgmend can do to the PgClusters that the policy selects. Made to be kept in Git.")
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind(TuningPolicy.KIND)
@Plural("tuningpolicies")
@ShortNames("tp")
@AdditionalPrinterColumn(
    name = "Mode",
    jsonPath = ".spec.mode",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Priority",
    jsonPath = ".spec.priority",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Clusters",
    jsonPath = ".status.selectedClusters",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
public class TuningPolicy extends CustomResource<TuningPolicySpec, TuningPolicyStatus>
    implements Namespaced {
  /** The kind of the resource. */
  public static final String KIND = "TuningPolicy";

  @Override
  @Required
  @JsonPropertyDescription(
      "Which repairs pgmend can run, in which PgClusters, when, and within which limits.")
  public TuningPolicySpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("Whether the policy is valid, and which PgClusters it selects.")
  public @Nullable TuningPolicyStatus getStatus() {
    return super.getStatus();
  }

  // The base class would call a constructor without arguments, which a record does not have.
  @Override
  protected @Nullable TuningPolicySpec initSpec() {
    return null;
  }

  // A status made here would look like one from the server.
  @Override
  protected @Nullable TuningPolicyStatus initStatus() {
    return null;
  }
}
