package dev.pgmend.learner.finetune;

/**
 * How fitting the model's weights went since the start.
 *
 * @param trajectories that wait to be learned from, or were
 * @param trajectoriesLost where nobody took them out in time
 * @param started fittings that began
 * @param kept whose weights serve
 * @param dropped whose weights were no better, or that broke off
 * @param takenBack kept ones that lost their trial afterwards
 * @param seconds that all of them took
 * @param errorBefore mean absolute error in log time on held-out statements, of the last one
 * @param errorAfter the same of the fitted weights
 * @param device where the last one computed; empty before there was one
 */
public record FineTuningStatus(
    long trajectories,
    long trajectoriesLost,
    long started,
    long kept,
    long dropped,
    long takenBack,
    double seconds,
    double errorBefore,
    double errorAfter,
    String device) {
  /** Before anything happened. */
  public static final FineTuningStatus NONE = new FineTuningStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, "");
}
