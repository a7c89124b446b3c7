package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.Mechanism;

/**
 * What a plan with n operators is expected to take. The arrays are the caller's to keep.
 *
 * @param mechanism that attended
 * @param hidden n x d, the last layer
 * @param logSelfMs n, natural logarithm of each operator's own time in ms
 * @param planMs the sum of the operators' times
 * @param quantilesMs of the plan's time, by the model's errors on statements that it was not
 *     trained on, of the databases that it was trained on
 * @param embedding d, of length 1; near plans have a cosine near 1
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record Prediction(
    Mechanism mechanism,
    float[][] hidden,
    float[] logSelfMs,
    double planMs,
    Quantiles quantilesMs,
    float[] embedding) {}
