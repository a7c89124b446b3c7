package dev.pgmend.api.v1alpha1;

/** Annotations by which a user asks for something once, or tells something. */
public final class Annotations {
  /** On a PgCluster: inspect now; any new value, such as the time, asks again. */
  public static final String INSPECT = "pgmend.dev/inspect";

  /** On a HealingAction that succeeded: {@code "true"} asks to undo it. */
  public static final String UNDO = "pgmend.dev/undo";

  /** On a PgCluster: when its last backup was taken, as 2026-01-05T03:00:00Z. */
  public static final String LAST_BACKUP = "pgmend.dev/last-backup";

  /**
   * On a PgCluster: why whoever runs its Postgres must be left alone, such as "switchover at ten".
   * Repairs wait until it is taken away.
   */
  public static final String OWNER_BUSY = "pgmend.dev/owner-busy";

  private Annotations() {}
}
