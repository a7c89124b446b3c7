package dev.pgmend.learner.attention;

/**
 * Whom each operator attends to: a sparse matrix by rows, n x n with z entries. An entry's score is
 * {@code q.k/sqrt(d) + a * first + b * second}, with the mechanism's learned a and b.
 *
 * @param offsets n + 1; the entries of row v are from offsets[v] to offsets[v + 1]
 * @param columns z; no row is empty
 * @param first z, or none where the mechanism has no term
 * @param second z, or none
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record SparseContext(int[] offsets, int[] columns, float[] first, float[] second) {

  /** How many operators. */
  public int size() {
    return offsets.length - 1;
  }

  /** How many entries there are in all rows. */
  public int entries() {
    return columns.length;
  }
}
