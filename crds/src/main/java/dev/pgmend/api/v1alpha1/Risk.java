package dev.pgmend.api.v1alpha1;

/** What a repair could cost if it went wrong, in rising order. */
public enum Risk {
  /** Harmless and quickly undone. */
  Low,
  /** May slow the server for a while, or changes plans. */
  Medium,
  /** May interrupt service, or cannot be fully undone. */
  High
}
