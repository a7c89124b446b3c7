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

/** One repair and its record, from evidence to verdict. */
@JsonClassDescription("One repair and its record, from evidence to verdict.")
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind(HealingAction.KIND)
@Plural("healingactions")
@ShortNames("ha")
@AdditionalPrinterColumn(
    name = "Cluster",
    jsonPath = ".spec.clusterRef.name",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Type",
    jsonPath = ".spec.type",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Relation",
    jsonPath = ".spec.target.relation",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Index",
    jsonPath = ".spec.target.index",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Phase",
    jsonPath = ".status.phase",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Progress%",
    jsonPath = ".status.progressPercent",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Improvement%",
    jsonPath = ".status.verdict.improvementPercent",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Parameter",
    jsonPath = ".spec.target.parameter",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Database",
    jsonPath = ".spec.target.database",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Risk",
    jsonPath = ".spec.risk",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.reason",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
public class HealingAction extends CustomResource<HealingActionSpec, HealingActionStatus>
    implements Namespaced {
  /** The kind of the resource. */
  public static final String KIND = "HealingAction";

  @Override
  @Required
  @JsonPropertyDescription("The repair as it was proposed. Only approval can change afterwards.")
  public HealingActionSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What the repair does and did.")
  public @Nullable HealingActionStatus getStatus() {
    return super.getStatus();
  }

  // The base class would call a constructor without arguments, which a record does not have.
  @Override
  protected @Nullable HealingActionSpec initSpec() {
    return null;
  }

  // A status made here would look like one from the server.
  @Override
  protected @Nullable HealingActionStatus initStatus() {
    return null;
  }
}
