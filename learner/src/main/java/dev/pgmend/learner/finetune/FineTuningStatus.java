// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

/**
 * The status of fine-tuning since the start.
 *
 * @param trajectories observed statements, used or waiting
 * @param trajectoriesLost observed statements dropped because the ring was full
 * @param started fittings that started
 * @param kept fittings whose weights were adopted
 * @param dropped fittings whose weights were no better, or that failed
 * @param reverted kept fittings that were reverted later
 * @param seconds time spent on all of them
 * @param errorBefore mean absolute error in log time on held-out statements before the last fitting
 * @param errorAfter the same after it
 * @param device device of the last fitting; empty if there was none
 */
public record FineTuningStatus(
    long trajectories,
    long trajectoriesLost,
    long started,
    long kept,
    long dropped,
    long reverted,
    double seconds,
    double errorBefore,
    double errorAfter,
    String device) {
  /** The initial status. */
  public static final FineTuningStatus NONE = new FineTuningStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, "");
}
