package dev.pgmend.e2e.kubernetes;

/** What the test calls what it makes. */
public final class Names {
  /** Where the operator is installed. */
  public static final String SYSTEM = "pgmend-e2e-system";

  /** Where the Postgres and its resources are. */
  public static final String SHOP = "pgmend-e2e-shop";

  /** The release of the chart, and so the name of the operator's Deployment. */
  public static final String RELEASE = "pgmend";

  /** The Postgres' pod, its Service, and the Secret that leads to it. */
  public static final String POSTGRES = "shop-postgres";

  /** The PgCluster. */
  public static final String CLUSTER = "shop";

  /** The TuningPolicy. */
  public static final String POLICY = "mend-by-itself";

  /** Port of the Postgres. */
  public static final int POSTGRES_PORT = 5432;

  private Names() {}
}
