// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

/** Ordinary least squares of a few coefficients, by the Cholesky factor of the normal equations. */
final class LeastSquares {
  private final int columns;
  private final double[][] factor;
  private final double[] right;
  private double squares;

  LeastSquares(int columns) {
    this.columns = columns;
    this.factor = new double[columns][columns];
    this.right = new double[columns];
  }

  /**
   * @param row the observed value, then a value for each coefficient
   */
  void add(double[] row) {
    squares += row[0] * row[0];
    for (int i = 0; i < columns; i++) {
      right[i] += row[i + 1] * row[0];
      for (int j = 0; j <= i; j++) {
        factor[i][j] += row[i + 1] * row[j + 1];
      }
    }
  }

  /** Call once, when all rows were added. */
  void solve() {
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j <= i; j++) {
        var sum = factor[i][j];
        for (int k = 0; k < j; k++) {
          sum -= factor[i][k] * factor[j][k];
        }
        factor[i][j] = i == j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / factor[j][j];
      }
      for (int k = 0; k < i; k++) {
        right[i] -= factor[i][k] * right[k];
      }
      right[i] /= factor[i][i];
      squares -= right[i] * right[i];
    }
  }

  double residualSquares() {
    return Math.max(0, squares);
  }

  double logDeterminant() {
    double sum = 0;
    for (int i = 0; i < columns; i++) {
      sum += 2 * Math.log(factor[i][i]);
    }
    return sum;
  }

  double coefficient(int column) {
    return solved(right)[column];
  }

  /** Variance of a coefficient, in units of the error's variance. */
  double variance(int column) {
    var unit = new double[columns];
    unit[column] = 1;
    for (int i = 0; i < columns; i++) {
      for (int k = 0; k < i; k++) {
        unit[i] -= factor[i][k] * unit[k];
      }
      unit[i] /= factor[i][i];
    }
    return solved(unit)[column];
  }

  private double[] solved(double[] half) {
    var solution = half.clone();
    for (int i = columns - 1; i >= 0; i--) {
      for (int k = i + 1; k < columns; k++) {
        solution[i] -= factor[k][i] * solution[k];
      }
      solution[i] /= factor[i][i];
    }
    return solution;
  }
}
