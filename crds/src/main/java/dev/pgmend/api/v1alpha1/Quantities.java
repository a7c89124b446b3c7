// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;

/** Sizes and numbers as Kubernetes writes them: {@code 10Gi}, {@code 1500m}, {@code 2}. */
public final class Quantities {
  private static final String SUFFIX = "(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$";

  /** A quantity, or zero. */
  static final String PATTERN = "^[0-9]+(\\.[0-9]+)?" + SUFFIX;

  /** A quantity greater than zero. */
  static final String POSITIVE_PATTERN =
      "^([1-9][0-9]*(\\.[0-9]+)?|0\\.[0-9]*[1-9][0-9]*)" + SUFFIX;

  private Quantities() {}

  /**
   * Reads a number.
   *
   * @throws IllegalArgumentException if the text is not a quantity, with an example of one
   */
  public static double number(String text) {
    return amount(text).doubleValue();
  }

  /**
   * Reads a size in bytes; a fraction of a byte is cut off.
   *
   * @throws IllegalArgumentException if the text is not a quantity, with an example of one, or if
   *     it exceeds 64 bits
   */
  public static long bytes(String text) {
    var bytes = amount(text);
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'%s' is larger than any disk".formatted(text));
    }
    return bytes.longValue();
  }

  private static BigDecimal amount(String text) {
    if (!text.matches(PATTERN)) {
      throw new IllegalArgumentException(
          "'%s' is not a quantity: write a number with an optional suffix, such as 10Gi, 500M or 1500m"
              .formatted(text));
    }
    return Quantity.getAmountInBytes(Quantity.parse(text));
  }
}
