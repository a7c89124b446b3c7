package dev.pgmend.operator.action;

/** Names of the facts that an action's measurements carry beside the statements' times. */
public final class Facts {
  /** Size of the index or table in bytes. */
  public static final String TARGET_BYTES = "targetBytes";

  /** Whether the detector, asked again right after the repair, found nothing any more. */
  public static final String FINDING_GONE = "findingGone";

  private Facts() {}
}
