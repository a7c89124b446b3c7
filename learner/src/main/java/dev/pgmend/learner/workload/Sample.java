// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

import java.time.Instant;
import java.util.List;

/**
 * The workload of a database between two samples.
 *
 * @param from the earlier sample; {@link Instant#EPOCH} if it covers the time since the last reset
 * @param loads the load of each statement except pgmend's own, the slowest first
 * @param ownMs execution time of the learner's own statements
 * @param totalMs execution time of all statements, including our own
 */
public record Sample(
    Instant from, Instant to, List<StatementLoad> loads, double ownMs, double totalMs) {
  public Sample {
    loads = List.copyOf(loads);
  }
}
