// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** Annotations that users set to request something once or to report something. */
public final class Annotations {
  /** On a PgCluster: starts an inspection. Any new value, such as the time, starts another. */
  public static final String INSPECT = "pgmend.dev/inspect";

  /** On a HealingAction that succeeded: {@code "true"} undoes it. */
  public static final String UNDO = "pgmend.dev/undo";

  /** On a PgCluster: when its last backup was taken, as 2026-01-05T03:00:00Z. */
  public static final String LAST_BACKUP = "pgmend.dev/last-backup";

  /**
   * On a PgCluster: why no repair must run now, such as "switchover at ten". Repairs wait until it
   * is removed.
   */
  public static final String OWNER_BUSY = "pgmend.dev/owner-busy";

  private Annotations() {}
}
