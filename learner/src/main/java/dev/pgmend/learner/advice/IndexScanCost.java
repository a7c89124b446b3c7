// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import java.util.Map;

/**
 * The planner's cost of a scan of an index that does not exist, in the planner's unit (cost_index
 * in costsize.c, btcostestimate in selfuncs.c).
 *
 * @param startup cost until the first row, for the descent of the tree
 * @param total cost until the last row that is read
 */
record IndexScanCost(double startup, double total) {
  private static final double ENTRIES_PER_PAGE = 256;
  private static final double PAGE_BYTES = 8192;

  /** The cost of descending a level in addition to its comparisons, in cpu_operator_cost. */
  private static final double PER_LEVEL = 50;

  /** The correlation of several columns relative to that of the first. */
  private static final double CORRELATION_OF_MANY = 0.75;

  /**
   * Computes the cost of a scan.
   *
   * @param settings settings that differ from their defaults
   * @param share share of the index that a complete scan reads
   * @param fetched rows that a complete scan fetches
   * @param read the share of the scan that runs before it is stopped
   */
  static IndexScanCost of(
      Map<String, String> settings,
      TableFacts facts,
      IndexCandidate candidate,
      double share,
      double fetched,
      double read) {
    double random = setting(settings, "random_page_cost", 4);
    double sequential = setting(settings, "seq_page_cost", 1);
    double perRow =
        setting(settings, "cpu_tuple_cost", 0.01)
            + setting(settings, "cpu_index_tuple_cost", 0.005)
            + setting(settings, "cpu_operator_cost", 0.0025) * candidate.columns().size();
    double perOperator = setting(settings, "cpu_operator_cost", 0.0025);
    double rows = Math.max(2, facts.rows());
    double levels = Math.ceil(Math.log(rows) / Math.log(ENTRIES_PER_PAGE));
    double startup =
        (Math.ceil(Math.log(rows) / Math.log(2)) + PER_LEVEL * (levels + 1)) * perOperator;
    double leaves = Math.ceil(share * facts.indexBytes(candidate) / PAGE_BYTES);
    double scattered = random * pagesFetched(facts.pages(), fetched);
    double inOrder =
        random + sequential * Math.max(0, Math.ceil(fetched / rows * facts.pages()) - 1);
    double correlation = correlation(facts, candidate);
    double heap = scattered + correlation * correlation * (inOrder - scattered);
    double whole = random * leaves + heap + perRow * fetched;
    return new IndexScanCost(startup, startup + Math.max(random, read * whole));
  }

  /** Mackert and Lohman's estimate of distinct pages, with a cache that holds the table. */
  private static double pagesFetched(double pages, double rows) {
    return Math.min(pages, 2 * pages * rows / (2 * pages + rows));
  }

  private static double correlation(TableFacts facts, IndexCandidate candidate) {
    var first = facts.columns().get(candidate.columns().getFirst());
    var known = first == null ? 0 : first.correlation();
    return candidate.columns().size() > 1 ? known * CORRELATION_OF_MANY : known;
  }

  private static double setting(Map<String, String> settings, String name, double byDefault) {
    var text = settings.get(name);
    return text == null ? byDefault : Double.parseDouble(text);
  }
}
