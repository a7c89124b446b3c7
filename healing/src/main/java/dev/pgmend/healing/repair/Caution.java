package dev.pgmend.healing.repair;

/** What a policy must say before a repair of some type runs automatically. */
public enum Caution {
  /** A policy in mode Auto lets it run. */
  ORDINARY,
  /** A policy has to allow the type by name; otherwise it is only recommended. */
  ONLY_WHEN_NAMED,
  /** As long as no policy names the type it is not even proposed. */
  NEVER_UNLESS_NAMED
}
