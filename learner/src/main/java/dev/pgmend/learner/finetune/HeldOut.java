// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.ObservedPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * A split of plans into two parts. A statement is always in the same part, so that weights are
 * never judged by statements that earlier weights were fitted to.
 *
 * @param learned plans to fit to
 * @param heldOut plans for the evaluation
 */
record HeldOut(List<ObservedPlan> learned, List<ObservedPlan> heldOut) {
  private static final int ONE_IN = 4;
  private static final int FEWEST_LEARNED = 24;

  /** Minimum for the ranks of the 0.1 and the 0.9 quantile. */
  private static final int FEWEST_HELD_OUT = 8;

  /** Fibonacci hashing (Knuth 1973), which spreads close numbers. */
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

  /** Whether both parts are large enough. */
  boolean isEnough() {
    return learned.size() >= FEWEST_LEARNED && heldOut.size() >= FEWEST_HELD_OUT;
  }
}
