// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

import java.util.Locale;

/** Numbers as evidence holds them: with one decimal, the same in every language. */
public final class Figures {
  private Figures() {}

  public static String of(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }
}
