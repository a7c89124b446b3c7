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

/** One Postgres that pgmend manages. */
@JsonClassDescription("One Postgres that pgmend manages.")
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind(PgCluster.KIND)
@Plural("pgclusters")
@ShortNames("pgc")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Health",
    jsonPath = ".status.healthScore",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Critical",
    jsonPath = ".status.findingCounts.critical",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Warning",
    jsonPath = ".status.findingCounts.warning",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Last Action",
    jsonPath = ".status.lastAction.name",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Phase",
    jsonPath = ".status.lastAction.phase",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Version",
    jsonPath = ".status.serverVersion",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
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
public class PgCluster extends CustomResource<PgClusterSpec, PgClusterStatus>
    implements Namespaced {
  /** The kind of the resource. */
  public static final String KIND = "PgCluster";

  @Override
  @Required
  @JsonPropertyDescription("Which Postgres pgmend manages, and how.")
  public PgClusterSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("State of the Postgres, and what pgmend does about it.")
  public @Nullable PgClusterStatus getStatus() {
    return super.getStatus();
  }

  // The base class would call a constructor without arguments, which a record does not have.
  @Override
  protected @Nullable PgClusterSpec initSpec() {
    return null;
  }

  // A status made here would look like one from the server.
  @Override
  protected @Nullable PgClusterStatus initStatus() {
    return null;
  }
}
