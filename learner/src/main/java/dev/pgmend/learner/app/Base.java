package dev.pgmend.learner.app;

import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.sona.Embedding;

/** What predicts before a cluster has taught anything. */
interface Base {
  /** Name and version: what was learned on top of one base means nothing on another. */
  String name();

  /** Width d of the activations. */
  int hidden();

  Guess guess(PlanDag plan);

  /**
   * A prediction of one plan of n operators.
   *
   * @param hidden n x d, what the output is made of
   * @param logSelfMs n, natural logarithm of each operator's own time in ms
   * @param embedding of the plan, d wide
   * @param uncertainty the factor by which a time may be wrong, 80% of the time; at least 1
   */
  @SuppressWarnings("ArrayRecordComponent") // Read in hot loops, and never changed.
  record Guess(float[][] hidden, float[] logSelfMs, Embedding embedding, double uncertainty) {}
}
