// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

/** The counters of fine-tuning. Thread-safe. */
final class FineTuningCounts {
  private long started;
  private long kept;
  private long dropped;
  private long reverted;
  private double seconds;
  private double errorBefore;
  private double errorAfter;
  private String device = "";

  synchronized void started() {
    started++;
  }

  /** Records the comparison with the current weights. */
  synchronized void compared(double before, double after, String where) {
    errorBefore = before;
    errorAfter = after;
    device = where;
  }

  synchronized void ended(boolean isKept, double afterSeconds) {
    kept += isKept ? 1 : 0;
    dropped += isKept ? 0 : 1;
    seconds += afterSeconds;
  }

  synchronized void reverted() {
    reverted++;
  }

  synchronized FineTuningStatus status(long trajectories, long lost) {
    return new FineTuningStatus(
        trajectories,
        lost,
        started,
        kept,
        dropped,
        reverted,
        seconds,
        errorBefore,
        errorAfter,
        device);
  }
}
