package dev.pgmend.learner.workload;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Holds what learning costs a server under a share of what the server does. The cost is the
 * execution time of our own statements by pg_stat_statements, over the last {@value #KEPT} samples.
 *
 * <p>A server that does next to nothing would give us nothing to live on, and would not mind: a
 * twentieth of one core always counts as done.
 */
public final class OverheadBudget {
  private static final int KEPT = 30;
  private static final double IDLE_SHARE = 0.05;

  /** It slows down before the budget is spent. */
  private static final double CAREFUL = 0.75;

  private static final double RELAXED = 0.25;
  private static final int MOST_SLOWED = 64;

  /** What may be asked before it is known what the server does. */
  private static final int UNSEEN = 5;

  private final double percent;
  private final Duration interval;
  private final Deque<Cost> costs = new ArrayDeque<>();
  private int slowedBy = 1;

  private record Cost(double ownMs, double baseMs) {}

  /**
   * @param percent of the server's execution time that learning may cost
   * @param interval between two samples while all is well
   */
  public OverheadBudget(double percent, Duration interval) {
    this.percent = percent;
    this.interval = interval;
  }

  /** Takes note of a sample and of the time since the one before. */
  public void spent(Sample sample, Duration elapsed) {
    var base = Math.max(sample.totalMs(), IDLE_SHARE * elapsed.toMillis());
    costs.addLast(new Cost(sample.ownMs(), base));
    if (costs.size() > KEPT) {
      costs.removeFirst();
    }
    if (spentPercent() > CAREFUL * percent) {
      slowedBy = Math.min(MOST_SLOWED, slowedBy * 2);
    } else if (spentPercent() < RELAXED * percent) {
      slowedBy = Math.max(1, slowedBy / 2);
    }
  }

  /** What learning cost lately, in percent of the server's execution time. */
  public double spentPercent() {
    var base = costs.stream().mapToDouble(Cost::baseMs).sum();
    return base == 0 ? 0 : 100 * costs.stream().mapToDouble(Cost::ownMs).sum() / base;
  }

  /** How long to wait until the next sample. */
  public Duration pause() {
    return interval.multipliedBy(slowedBy);
  }

  /**
   * How many statements of ours may run now without the budget being passed.
   *
   * @param eachMs what one of them takes the server
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
