// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import java.time.Instant;
import java.util.Map;

/** Work between two looks at pg_stat_statements. */
record Interval(Instant from, Instant to, Map<Long, Work> byQueryId) {
  Interval {
    byQueryId = Map.copyOf(byQueryId);
  }

  /** One statement's calls and their time in an interval. */
  record Work(long calls, double ms) {
    double meanMs() {
      return ms / calls;
    }

    Work plus(Work other) {
      return new Work(calls + other.calls, ms + other.ms);
    }
  }
}
