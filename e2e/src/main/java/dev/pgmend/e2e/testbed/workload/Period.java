package dev.pgmend.e2e.testbed.workload;

/** A stretch of the demo that latencies are kept for. */
public enum Period {
  /** What is measured in it is not shown at the end. */
  BETWEEN,
  HEALTHY,
  BROKEN,
  MENDED
}
