package dev.pgmend.api.v1alpha1;

/** What the measurements after an action say of it. */
public enum Decision {
  /** The affected statements are faster, and the interval excludes chance. */
  Improved,
  /** No harm, and no gain that could be told from chance. */
  Neutral,
  /** The affected statements are slower than the policy allows. */
  Regressed,
  /** Too little ran to tell. */
  NotEnoughTraffic
}
