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

/** Clusters that belong together: their health summed up, and how change spreads among them. */
@JsonClassDescription(
    "Clusters that belong together: their health summed up, and how change spreads among them.")
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind(PgFleet.KIND)
@Plural("pgfleets")
@ShortNames("pgf")
@AdditionalPrinterColumn(
    name = "Clusters",
    jsonPath = ".status.clusters",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Healthy",
    jsonPath = ".status.healthy",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Health",
    jsonPath = ".status.healthScore",
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
    name = "Critical",
    jsonPath = ".status.findings.critical",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Warning",
    jsonPath = ".status.findings.warning",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Wave",
    jsonPath = ".status.wave",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
public class PgFleet extends CustomResource<PgFleetSpec, PgFleetStatus> implements Namespaced {
  /** The kind of the resource. */
  public static final String KIND = "PgFleet";

  @Override
  @Required
  @JsonPropertyDescription("Which clusters belong together, and how change spreads among them.")
  public PgFleetSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("How the fleet is, summed up over its clusters.")
  public @Nullable PgFleetStatus getStatus() {
    return super.getStatus();
  }

  // A record has no constructor without arguments, by which the base class would make one.
  @Override
  protected @Nullable PgFleetSpec initSpec() {
    return null;
  }

  // A status made up here would be taken for one that the server had sent.
  @Override
  protected @Nullable PgFleetStatus initStatus() {
    return null;
  }
}
