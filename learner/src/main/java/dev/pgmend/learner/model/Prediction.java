// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.Mechanism;

/**
 * The predicted times of a plan with n operators. The caller owns the arrays.
 *
 * @param mechanism the mechanism that was used
 * @param hidden n x d, output of the last layer
 * @param logSelfMs n, natural logarithm of each operator's own time in ms
 * @param planMs the sum of the operators' times
 * @param quantilesMs quantiles of the plan's time, by the model's errors on held-out statements of
 *     its training databases
 * @param embedding d, of length 1; similar plans have a cosine near 1
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record Prediction(
    Mechanism mechanism,
    float[][] hidden,
    float[] logSelfMs,
    double planMs,
    Quantiles quantilesMs,
    float[] embedding) {}
