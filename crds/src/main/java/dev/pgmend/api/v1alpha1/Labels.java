package dev.pgmend.api.v1alpha1;

/** Labels that pgmend sets on what it makes. */
public final class Labels {
  /** The name of the PgCluster that a resource belongs to. */
  public static final String CLUSTER = "pgmend.dev/cluster";

  private Labels() {}
}
