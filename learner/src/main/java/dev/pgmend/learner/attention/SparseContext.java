// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

/**
 * The operators that each one attends to: a sparse matrix by rows, n x n with z entries. An entry's
 * score is {@code q.k/sqrt(d) + a * first + b * second}, with the mechanism's learned a and b.
 *
 * @param offsets n + 1; the entries of row v are from offsets[v] to offsets[v + 1]
 * @param columns z; no row is empty
 * @param first z, or empty if the mechanism has no such term
 * @param second z, or empty
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record SparseContext(int[] offsets, int[] columns, float[] first, float[] second) {

  /** The number of operators. */
  public int size() {
    return offsets.length - 1;
  }

  /** The number of entries in all rows. */
  public int entries() {
    return columns.length;
  }
}
