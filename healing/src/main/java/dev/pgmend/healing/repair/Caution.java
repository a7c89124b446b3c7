// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

/** The policy setting that a type of repair needs to run automatically. */
public enum Caution {
  /** A policy in mode Auto lets it run. */
  ORDINARY,
  /** A policy has to allow the type by name; otherwise it is only recommended. */
  ONLY_WHEN_NAMED,
  /** It is not even proposed unless a policy names the type. */
  NEVER_UNLESS_NAMED
}
