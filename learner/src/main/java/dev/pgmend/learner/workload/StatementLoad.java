// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

/**
 * The load of a statement between two samples.
 *
 * @param calls number of calls, at least 1
 * @param totalMs execution time of all calls
 * @param sharePercent of the execution time of all statements of the database
 */
public record StatementLoad(
    Statement statement, long calls, double totalMs, double rows, double sharePercent) {

  public double rowsPerCall() {
    return rows / calls;
  }

  public double meanMs() {
    return totalMs / calls;
  }
}
