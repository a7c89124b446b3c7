package dev.pgmend.operator.action;

/** Names of the facts in the measurements of an action. */
public final class Facts {
  /** Size of the index or table in bytes. */
  public static final String TARGET_BYTES = "targetBytes";

  /** Whether the detector found nothing more right after the repair. */
  public static final String FINDING_GONE = "findingGone";

  private Facts() {}
}
