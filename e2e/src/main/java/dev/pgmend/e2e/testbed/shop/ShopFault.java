// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

/** The faults of the demo. Each is on a table of its own, so that no repair waits for another. */
public enum ShopFault {
  BLOATED_INDEX(
      "Bloated index",
      "IndexBloat",
      "public.shipments(shipments_depot_tracking_idx)",
      "350,000 parcels of a season were inserted and purged; the index kept its size"),
  INVALID_INDEX(
      "Invalid index",
      "InvalidIndex",
      "public.customer(customer_phone_idx)",
      "customer_phone_idx was dropped, and its concurrent rebuild was cancelled behind an open report"),
  MISSING_FOREIGN_KEY_INDEX(
      "Missing index",
      "MissingForeignKeyIndex",
      "public.lineitem(l_orderkey)",
      "lineitem_orderkey_idx was dropped, so finding the lines of an order needs a full scan"),
  STALE_STATISTICS(
      "Stale statistics",
      "StaleStatistics",
      "public.outbox",
      "a bulk job turned autovacuum off, sent all but the newest events, and ended"),
  SLOW_STATEMENT(
      "Slow statement",
      ShopFault.BY_LEARNING,
      "public.tickets(agent, opened_at)",
      "a migration dropped tickets_agent_opened_at_idx; only the workload shows that it is missing");

  private static final String BY_LEARNING = "MissingIndex";

  private final String title;
  private final String detector;
  private final String target;
  private final String cause;

  ShopFault(String title, String detector, String target, String cause) {
    this.title = title;
    this.detector = detector;
    this.target = target;
    this.cause = cause;
  }

  /** The title in two words. */
  public String title() {
    return title;
  }

  /** Name of the finding for this fault. */
  public String detector() {
    return detector;
  }

  /** The target, as pgmend prints it. */
  public String target() {
    return target;
  }

  /** Whether only the learner can find the fault, because nothing in the catalog is wrong. */
  public boolean isLearned() {
    return detector.equals(BY_LEARNING);
  }

  /** Whether a finding is about this fault. The learner may find a missing index first. */
  public boolean matches(String itsDetector, String itsTarget) {
    return target.equals(itsTarget)
        && (detector.equals(itsDetector)
            || (this == MISSING_FOREIGN_KEY_INDEX && BY_LEARNING.equals(itsDetector)));
  }

  /** The target without the schema. */
  public String shortTarget() {
    return target.substring(target.indexOf('.') + 1);
  }

  /** The cause of the fault. */
  public String cause() {
    return cause;
  }
}
