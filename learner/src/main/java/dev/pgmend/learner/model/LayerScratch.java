// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.SparseAttention;

/**
 * Buffers for the layers' intermediate results for one plan of n operators; each n x d by rows,
 * {@code up} twice as wide.
 */
final class LayerScratch {
  final float[] normed;
  final float[] attended;
  final float[] mixed;
  final float[] up;
  final SparseAttention.Rows rows;
  final SparseAttention attention;

  LayerScratch(ModelShape shape, int n) {
    int size = n * shape.hidden();
    normed = new float[size];
    attended = new float[size];
    mixed = new float[size];
    up = new float[2 * size];
    rows = new SparseAttention.Rows(new float[size], new float[size], new float[size], attended);
    attention = new SparseAttention(shape.hidden(), shape.heads());
  }
}
