package dev.pgmend.learner.finetune;

/** What is counted while weights are fitted; by any thread. */
final class FineTuningCounts {
  private long started;
  private long kept;
  private long dropped;
  private long takenBack;
  private double seconds;
  private double errorBefore;
  private double errorAfter;
  private String device = "";

  synchronized void started() {
    started++;
  }

  /** One was compared with what serves. */
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

  synchronized void takenBack() {
    takenBack++;
  }

  synchronized FineTuningStatus status(long trajectories, long lost) {
    return new FineTuningStatus(
        trajectories,
        lost,
        started,
        kept,
        dropped,
        takenBack,
        seconds,
        errorBefore,
        errorAfter,
        device);
  }
}
