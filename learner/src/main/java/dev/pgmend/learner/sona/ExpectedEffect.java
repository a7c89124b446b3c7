package dev.pgmend.learner.sona;

/**
 * What an action can be expected to do to the affected statements' mean time, by what it did in
 * like cases.
 *
 * @param percent change: negative is faster
 * @param low lower end of the 95% prediction interval: where the effect of one more case would lie
 * @param high upper end
 * @param outcomes measured cases behind it
 * @param successes how many of them improved
 * @param failures how many regressed
 * @param similarity of the nearest case, at most 1
 */
public record ExpectedEffect(
    double percent,
    double low,
    double high,
    long outcomes,
    long successes,
    long failures,
    double similarity) {}
