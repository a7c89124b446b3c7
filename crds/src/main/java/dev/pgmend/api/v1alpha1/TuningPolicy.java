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

/** What pgmend may do by itself to the clusters it selects; made to be kept in Git. */
@JsonClassDescription(
    "What pgmend may do by itself to the clusters it selects; made to be kept in Git.")
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
    name = "Why",
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
      "What pgmend may do by itself, to which clusters, when, and within what.")
  public TuningPolicySpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What the policy has come to.")
  public @Nullable TuningPolicyStatus getStatus() {
    return super.getStatus();
  }

  // A record has no constructor without arguments, by which the base class would make one.
  @Override
  protected @Nullable TuningPolicySpec initSpec() {
    return null;
  }

  // A status made up here would be taken for one that the server had sent.
  @Override
  protected @Nullable TuningPolicyStatus initStatus() {
    return null;
  }
}
