// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** Labels that pgmend sets on the resources that it creates. */
public final class Labels {
  /** The name of the PgCluster that a resource belongs to. */
  public static final String CLUSTER = "pgmend.dev/cluster";

  private Labels() {}
}
