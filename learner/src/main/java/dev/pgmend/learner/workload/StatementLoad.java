package dev.pgmend.learner.workload;

/**
 * What a statement did between two samples.
 *
 * @param calls how often it ran, at least once
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
