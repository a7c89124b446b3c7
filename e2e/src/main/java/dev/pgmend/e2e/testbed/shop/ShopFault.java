package dev.pgmend.e2e.testbed.shop;

/** What the demo breaks. Each is on a table of its own, so that no repair waits for another. */
public enum ShopFault {
  BLOATED_INDEX(
      "Bloated index",
      "IndexBloat",
      "public.shipments(shipments_depot_tracking_idx)",
      "the season's 350,000 parcels came and were purged; their index stayed as large"),
  INVALID_INDEX(
      "Invalid index",
      "InvalidIndex",
      "public.customer(customer_phone_idx)",
      "customer_phone_idx was dropped, and its concurrent build cancelled behind an open report"),
  MISSING_FOREIGN_KEY_INDEX(
      "Missing index",
      "MissingForeignKeyIndex",
      "public.lineitem(l_orderkey)",
      "someone dropped lineitem_orderkey_idx: nothing leads from an order to its lines"),
  STALE_STATISTICS(
      "Stale statistics",
      "StaleStatistics",
      "public.outbox",
      "a bulk job turned autovacuum off, sent all but the newest events, and left"),
  SLOW_STATEMENT(
      "Slow statement",
      ShopFault.BY_LEARNING,
      "public.tickets(agent, opened_at)",
      "a migration dropped tickets_agent_opened_at_idx; nothing in the catalog misses it");

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

  /** In two words. */
  public String title() {
    return title;
  }

  /** Name of the finding that tells of it. */
  public String detector() {
    return detector;
  }

  /** What it is about, as pgmend writes it. */
  public String target() {
    return target;
  }

  /** Whether only the learner can find it: there is nothing wrong but that it could be faster. */
  public boolean isLearned() {
    return detector.equals(BY_LEARNING);
  }

  /** Whether a finding is of it: an index that is missed may be found by the learner first. */
  public boolean isToldBy(String itsDetector, String itsTarget) {
    return target.equals(itsTarget)
        && (detector.equals(itsDetector)
            || (this == MISSING_FOREIGN_KEY_INDEX && BY_LEARNING.equals(itsDetector)));
  }

  /** The same without the schema, which is the same for all. */
  public String shortTarget() {
    return target.substring(target.indexOf('.') + 1);
  }

  /** How it came about. */
  public String cause() {
    return cause;
  }
}
