package dev.pgmend.learner.sona;

/**
 * How a {@link MicroLora} learns.
 *
 * @param hidden width d of the activations it adapts
 * @param rank r of the adaptation: 1 or 2, so that few statements suffice
 * @param scale of the low-rank term
 * @param learningRate of one statement
 * @param weightDecay share of the learning rate by which weights shrink with each statement
 * @param clip the longest gradient that is taken as it is; a longer one is shortened
 * @param huberDelta error in log time from which the loss grows linearly
 */
public record LoraSettings(
    int hidden,
    int rank,
    double scale,
    double learningRate,
    double weightDecay,
    double clip,
    double huberDelta) {
  private static final int MOST_HIDDEN = 4096;
  private static final int MOST_RANK = 8;

  /**
   * @throws IllegalArgumentException if one is out of its range
   */
  public LoraSettings {
    if (hidden < 1 || hidden > MOST_HIDDEN || rank < 1 || rank > MOST_RANK) {
      throw new IllegalArgumentException(
          "hidden width %d, rank %d: at most %d and %d, at least 1"
              .formatted(hidden, rank, MOST_HIDDEN, MOST_RANK));
    }
    if (!(scale > 0 && learningRate > 0 && weightDecay >= 0 && clip > 0 && huberDelta > 0)) {
      throw new IllegalArgumentException(
          "scale %s, learning rate %s, weight decay %s, clip %s, Huber's delta %s: none may be 0"
                  .formatted(scale, learningRate, weightDecay, clip, huberDelta)
              + " or below, but for the weight decay");
    }
  }

  /** Best and never harmful over 100 simulated clusters; see docs/concepts/adaptation.md. */
  public static LoraSettings forHidden(int hidden) {
    return new LoraSettings(hidden, 2, 0.1, 0.02, 0.01, 1, 1);
  }
}
