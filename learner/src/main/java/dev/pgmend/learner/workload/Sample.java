package dev.pgmend.learner.workload;

import java.time.Instant;
import java.util.List;

/**
 * What a database did between two looks.
 *
 * @param from the earlier look; {@link Instant#EPOCH} if it goes back to the last reset
 * @param loads of all statements but pgmend's that ran, the one that took most time first
 * @param ownMs execution time of the learner's own statements
 * @param totalMs execution time of all, ours included
 */
public record Sample(
    Instant from, Instant to, List<StatementLoad> loads, double ownMs, double totalMs) {
  public Sample {
    loads = List.copyOf(loads);
  }
}
