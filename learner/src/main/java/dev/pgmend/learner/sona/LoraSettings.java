// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

/**
 * The settings of a {@link MicroLora}.
 *
 * @param hidden width d of the activations it adapts
 * @param rank r of the adaptation: 1 or 2, so that few statements suffice
 * @param scale of the low-rank term
 * @param learningRate of one statement
 * @param weightDecay share of the learning rate by which weights shrink with each statement
 * @param clip maximum length of a gradient; longer ones are clipped
 * @param huberDelta error in log time from which the loss is linear
 */
public record LoraSettings(
    int hidden,
    int rank,
    double scale,
    double learningRate,
    double weightDecay,
    double clip,
    double huberDelta) {
  private static final int MAX_HIDDEN = 4096;
  private static final int MAX_RANK = 8;

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public LoraSettings {
    if (hidden < 1 || hidden > MAX_HIDDEN || rank < 1 || rank > MAX_RANK) {
      throw new IllegalArgumentException(
          "hidden width %d, rank %d: at most %d and %d, at least 1"
              .formatted(hidden, rank, MAX_HIDDEN, MAX_RANK));
    }
    if (!(scale > 0 && learningRate > 0 && weightDecay >= 0 && clip > 0 && huberDelta > 0)) {
      throw new IllegalArgumentException(
          "scale %s, learning rate %s, weight decay %s, clip %s, Huber's delta %s: all must be"
                  .formatted(scale, learningRate, weightDecay, clip, huberDelta)
              + " above 0, except that the weight decay may be 0");
    }
  }

  /**
   * The best settings over 100 simulated clusters, never harmful; see docs/concepts/adaptation.md.
   */
  public static LoraSettings forHidden(int hidden) {
    return new LoraSettings(hidden, 2, 0.1, 0.02, 0.01, 1, 1);
  }
}
