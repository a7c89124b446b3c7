package dev.pgmend.api.v1alpha1;

/** What becomes of a repair whose effect could not be measured for want of traffic. */
public enum NotEnoughTraffic {
  /** It stays. */
  Keep,
  /** It is undone. */
  Undo
}
