package dev.pgmend.learner.workload;

import dev.pgmend.learner.plan.Literals;

/**
 * One kind of statement of one role in one database, as pg_stat_statements tells them apart.
 *
 * @param queryId of pg_stat_statements
 * @param roleName who runs it; its settings decide what unqualified names mean
 * @param text as pg_stat_statements has it, with parameters for literals; may hold a literal all
 *     the same, so it never goes further than to EXPLAIN
 */
public record Statement(long queryId, String roleName, String text) {
  private static final int SHOWN = 300;

  /** For people and records: without literals, on one line, not too long. */
  public String shown() {
    var masked = Literals.mask(text).replaceAll("\\s+", " ").strip();
    return masked.length() <= SHOWN ? masked : masked.substring(0, SHOWN - 1) + "…";
  }
}
