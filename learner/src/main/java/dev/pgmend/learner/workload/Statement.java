// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

import dev.pgmend.healing.postgres.Literals;

/**
 * A statement of one role in one database, as pg_stat_statements identifies it.
 *
 * @param queryId of pg_stat_statements
 * @param roleName the role that runs it, whose settings resolve unqualified names
 * @param text normalized text of pg_stat_statements; it may still contain a literal, so it is only
 *     used for EXPLAIN
 */
public record Statement(long queryId, String roleName, String text) {
  private static final int SHOWN = 300;

  /** The text for people and records: without literals, on one line, truncated. */
  public String shown() {
    var masked = Literals.mask(text).replaceAll("\\s+", " ").strip();
    return masked.length() <= SHOWN ? masked : masked.substring(0, SHOWN - 1) + "…";
  }
}
