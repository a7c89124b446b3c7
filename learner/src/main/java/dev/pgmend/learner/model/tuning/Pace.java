package dev.pgmend.learner.model.tuning;

import java.util.concurrent.TimeoutException;

/** Keeps long work from being a burden: it is asked between two steps of some milliseconds. */
@FunctionalInterface
public interface Pace {
  /** Work that nothing holds back. */
  Pace FREE = () -> {};

  /**
   * Returns when the next step may begin.
   *
   * @throws InterruptedException if the work is to stop at once
   * @throws TimeoutException if it has taken too long
   */
  void step() throws InterruptedException, TimeoutException;
}
