// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

/**
 * Rows flow from one operator to another.
 *
 * @param producer position in {@link PlanDag#operators()}
 * @param consumer position in the same, always after the producer's
 */
public record PlanEdge(int producer, int consumer, Role role) {

  /** What the consumer uses the rows for. */
  public enum Role {
    /** The only input, or the outer (probe) side of a join. */
    OUTER,
    /** The inner side of a join. */
    INNER,
    /** One of several consecutive inputs, as of Append. */
    MEMBER,
    /** The query of a Subquery Scan. */
    SUBQUERY,
    /** Runs once, for a value in the consumer's expressions. */
    INIT_PLAN,
    /** Runs again for each row of the consumer that needs it. */
    SUB_PLAN,
    /** A common table expression; it has one such edge to each of its scans. */
    CTE
  }
}
