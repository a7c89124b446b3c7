// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

/** Arithmetic on arrays without allocation. */
final class Vectors {
  private Vectors() {}

  /** The dot product of a and the values of b from an index on. */
  static float dot(float[] a, float[] b, int fromB) {
    // Four sums, because a single one would depend on its previous addition.
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int j = 0;
    for (; j + 3 < a.length; j += 4) {
      first += a[j] * b[fromB + j];
      second += a[j + 1] * b[fromB + j + 1];
      third += a[j + 2] * b[fromB + j + 2];
      fourth += a[j + 3] * b[fromB + j + 3];
    }
    for (; j < a.length; j++) {
      first += a[j] * b[fromB + j];
    }
    return first + second + third + fourth;
  }

  static double dot(double[] a, float[] b) {
    double even = 0;
    double odd = 0;
    int j = 0;
    for (; j + 1 < a.length; j += 2) {
      even += a[j] * b[j];
      odd += a[j + 1] * b[j + 1];
    }
    return j < a.length ? even + odd + a[j] * b[j] : even + odd;
  }

  static void addScaled(double factor, float[] from, double[] to) {
    for (int j = 0; j < to.length; j++) {
      to[j] += factor * from[j];
    }
  }

  /** The logarithm of the sum of the exponentials of the first values. */
  static double logSum(double[] logs, int count) {
    double most = logs[0];
    for (int i = 1; i < count; i++) {
      most = Math.max(most, logs[i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(logs[i] - most);
    }
    return most + Math.log(sum);
  }

  /** The logarithm of the sum of the exponentials. */
  static double logSum(float[] logs) {
    double most = logs[0];
    for (float log : logs) {
      most = Math.max(most, log);
    }
    double sum = 0;
    for (float log : logs) {
      sum += Math.exp(log - most);
    }
    return most + Math.log(sum);
  }
}
