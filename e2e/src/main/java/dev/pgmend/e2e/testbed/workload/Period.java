// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

/** A period of the demo for which latencies are recorded. */
public enum Period {
  /** Between the others; its latencies are not shown. */
  BETWEEN,
  HEALTHY,
  BROKEN,
  REPAIRED
}
