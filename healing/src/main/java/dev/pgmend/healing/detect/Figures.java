package dev.pgmend.healing.detect;

import java.util.Locale;

/** Numbers as evidence holds them: with one decimal, the same in every language. */
final class Figures {
  private Figures() {}

  static String of(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }
}
