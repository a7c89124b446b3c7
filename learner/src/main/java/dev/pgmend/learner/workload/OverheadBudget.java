// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Limits the cost of learning to a share of the server's execution time. The cost is the execution
 * time of pgmend's own statements in pg_stat_statements, over the last {@value #KEPT} samples.
 *
 * <p>On an idle server that share would be zero, so a twentieth of one core always counts as used.
 */
public final class OverheadBudget {
  private static final int KEPT = 30;
  private static final double IDLE_SHARE = 0.05;

  /** The share of the budget at which sampling slows down. */
  private static final double CAREFUL = 0.75;

  private static final double RELAXED = 0.25;
  private static final int MAX_SLOWED = 64;

  /** The number of statements that may run before the server's load is known. */
  private static final int UNSEEN = 5;

  private final double percent;
  private final Duration interval;
  private final Deque<Cost> costs = new ArrayDeque<>();
  private int slowedBy = 1;

  private record Cost(double ownMs, double baseMs) {}

  /**
   * @param percent maximum share of the server's execution time for learning
   * @param interval between two samples within the budget
   */
  public OverheadBudget(double percent, Duration interval) {
    this.percent = percent;
    this.interval = interval;
  }

  /** Adds a sample and the time since the previous one. */
  public void spent(Sample sample, Duration elapsed) {
    var base = Math.max(sample.totalMs(), IDLE_SHARE * elapsed.toMillis());
    costs.addLast(new Cost(sample.ownMs(), base));
    if (costs.size() > KEPT) {
      costs.removeFirst();
    }
    if (spentPercent() > CAREFUL * percent) {
      slowedBy = Math.min(MAX_SLOWED, slowedBy * 2);
    } else if (spentPercent() < RELAXED * percent) {
      slowedBy = Math.max(1, slowedBy / 2);
    }
  }

  /** The recent cost of learning, in percent of the server's execution time. */
  public double spentPercent() {
    var base = costs.stream().mapToDouble(Cost::baseMs).sum();
    return base == 0 ? 0 : 100 * costs.stream().mapToDouble(Cost::ownMs).sum() / base;
  }

  /** The time until the next sample. */
  public Duration pause() {
    return interval.multipliedBy(slowedBy);
  }

  /**
   * The number of our own statements that may run now within the budget.
   *
   * @param eachMs time that one of them takes
   */
  public int affordable(double eachMs, int most) {
    if (costs.isEmpty()) {
      return Math.min(UNSEEN, most);
    }
    var base = costs.stream().mapToDouble(Cost::baseMs).sum();
    var own = costs.stream().mapToDouble(Cost::ownMs).sum();
    var left = CAREFUL * percent / 100 * base - own;
    return (int) Math.clamp(left / Math.max(eachMs, 0.01), 0, most);
  }
}
