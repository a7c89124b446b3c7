// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Settings that change the planner's choice, so that one statement has several plans. */
final class PlannerSettings {
  private static final List<String> TOGGLES =
      List.of(
          "enable_hashjoin",
          "enable_mergejoin",
          "enable_nestloop",
          "enable_seqscan",
          "enable_indexscan",
          "enable_indexonlyscan",
          "enable_bitmapscan",
          "enable_hashagg",
          "enable_sort",
          "enable_material",
          "enable_memoize",
          "enable_incremental_sort");

  private PlannerSettings() {}

  /** The server's defaults, without JIT, whose time belongs to no operator. */
  static List<String> defaults() {
    return List.of("SET jit = off");
  }

  static List<String> random(RandomGenerator random) {
    var settings = new ArrayList<>(defaults());
    int off = random.nextInt(0, 4);
    for (int i = 0; i < off; i++) {
      settings.add("SET " + TOGGLES.get(random.nextInt(TOGGLES.size())) + " = off");
    }
    settings.add(
        "SET work_mem = '%s'"
            .formatted(List.of("64kB", "1MB", "4MB", "32MB").get(random.nextInt(4))));
    settings.add("SET random_page_cost = " + List.of(1.1, 2.0, 4.0).get(random.nextInt(3)));
    switch (random.nextInt(4)) {
      case 0 -> settings.add("SET max_parallel_workers_per_gather = 0");
      case 1 -> {
        settings.add("SET parallel_setup_cost = 0");
        settings.add("SET parallel_tuple_cost = 0");
        settings.add("SET min_parallel_table_scan_size = 0");
        settings.add("SET min_parallel_index_scan_size = 0");
      }
      case 2 -> settings.add("SET join_collapse_limit = 1");
      default -> {}
    }
    return settings;
  }
}
