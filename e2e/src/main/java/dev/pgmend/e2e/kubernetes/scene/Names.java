// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.scene;

/** The names of the resources that the test creates. */
public final class Names {
  /** Namespace of the operator. */
  public static final String SYSTEM = "pgmend-e2e-system";

  /** Namespace of the Postgres and its resources. */
  public static final String SHOP = "pgmend-e2e-shop";

  /** Release of the chart, which is also the name of the operator's Deployment. */
  public static final String RELEASE = "pgmend";

  /** Name of the Postgres pod, its Service, and the Secret with its login. */
  public static final String POSTGRES = "shop-postgres";

  /** Name of the PgCluster. */
  public static final String CLUSTER = "shop";

  /** Name of the TuningPolicy. */
  public static final String POLICY = "repair-automatically";

  /** Port of the Postgres. */
  public static final int POSTGRES_PORT = 5432;

  private Names() {}
}
