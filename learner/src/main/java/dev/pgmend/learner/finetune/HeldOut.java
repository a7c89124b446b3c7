package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.ObservedPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans in two parts. A statement is on the same side each time, so that weights are never judged
 * by one that earlier weights were fitted to.
 *
 * @param learned to fit to
 * @param heldOut to judge by
 */
record HeldOut(List<ObservedPlan> learned, List<ObservedPlan> heldOut) {
  private static final int ONE_IN = 4;
  private static final int FEWEST_LEARNED = 24;

  /** With fewer the ranks of the 0.1 and the 0.9 quantile would lie outside. */
  private static final int FEWEST_HELD_OUT = 8;

  /** Fibonacci hashing (Knuth 1973): numbers that lie close come far apart. */
  private static final int GOLDEN = 0x9E3779B9;

  static HeldOut of(List<ObservedPlan> plans) {
    var learned = new ArrayList<ObservedPlan>();
    var heldOut = new ArrayList<ObservedPlan>();
    for (var plan : plans) {
      int mixed = (plan.statement().hashCode() * GOLDEN) >>> 16;
      (mixed % ONE_IN == 0 ? heldOut : learned).add(plan);
    }
    return new HeldOut(learned, heldOut);
  }

  /** Whether both parts suffice. */
  boolean isEnough() {
    return learned.size() >= FEWEST_LEARNED && heldOut.size() >= FEWEST_HELD_OUT;
  }
}
