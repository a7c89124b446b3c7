// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import dev.pgmend.e2e.demo.story.FaultProgress;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.workload.LoadSample;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers and verdicts for people, in ASCII, which every terminal can show. */
final class Words {
  private static final long KB = 1024;
  private static final long MB = 1024 * KB;
  private static final double NEARLY_ALL = 98.5;
  private static final double ALMOST_ALL = 99.95;
  private static final double ALL = 100;
  private static final double MS_PER_SECOND = 1_000;
  private static final String DOTS = "...";
  private static final Pattern NOT_ASCII = Pattern.compile("[^ -~]");

  private Words() {}

  /** {@code 1:05}. */
  static String clock(Duration elapsed) {
    return "%d:%02d".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
  }

  /** {@code 3.2 s}. */
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / MS_PER_SECOND);
  }

  /** {@code 18.5 MB}. */
  static String bytes(long bytes) {
    return bytes < MB
        ? String.format(Locale.ROOT, "%.0f kB", (double) bytes / KB)
        : String.format(Locale.ROOT, "%.1f MB", (double) bytes / MB);
  }

  /** Two digits that matter: {@code 0.21 ms}, {@code 12 ms}. */
  static String ms(double ms) {
    return String.format(Locale.ROOT, ms < 1 ? "%.2f ms" : ms < 10 ? "%.1f ms" : "%.0f ms", ms);
  }

  /** {@code 43% less time per call (95% interval 38% to 49%)}. */
  static String effect(OperatorEvent.Effect effect) {
    return effect(effect, "95% interval");
  }

  private static String effect(OperatorEvent.Effect effect, String name) {
    return switch (effect.decision()) {
      case NotEnoughTraffic -> "not enough traffic for a verdict";
      case Improved, Neutral, Regressed -> {
        var faster = effect.fasterPercent();
        if (faster.isEmpty()) {
          yield effect.decision().name().toLowerCase(Locale.ROOT);
        }
        // The ends of a slowdown's interval are slowdowns too.
        var sign = faster.getAsDouble() < 0 ? -1 : 1;
        var text =
            percent(sign * faster.getAsDouble())
                + (sign < 0 ? " more" : " less")
                + " time per call";
        yield effect.low().isPresent() && effect.high().isPresent()
            ? text
                + " (%s %s)"
                    .formatted(
                        name,
                        interval(
                            sign * effect.low().getAsDouble(), sign * effect.high().getAsDouble()))
            : text;
      }
    };
  }

  private static String interval(double one, double other) {
    return percent(Math.min(one, other)) + " to " + percent(Math.max(one, other));
  }

  /** Near 100% one more digit is needed. A slowdown can be more than 100%. */
  private static String percent(double percent) {
    if (percent > ALL || percent < NEARLY_ALL) {
      return String.format(Locale.ROOT, "%.0f%%", percent);
    }
    return percent < ALMOST_ALL ? String.format(Locale.ROOT, "%.1f%%", percent) : ">99.9%";
  }

  /** {@code 18.5 MB -> 1.2 MB}; empty if the size is unknown or did not halve. */
  static Optional<String> sizes(FaultProgress progress) {
    return progress
        .action()
        .filter(a -> a.bytesBefore().isPresent() && a.bytesAfter().isPresent())
        .filter(a -> a.bytesAfter().getAsLong() < a.bytesBefore().getAsLong() / 2)
        .map(a -> bytes(a.bytesBefore().getAsLong()) + " -> " + bytes(a.bytesAfter().getAsLong()));
  }

  /** The effect of a fault's repair, as far as it is known. */
  static String verdict(FaultProgress progress) {
    var effect = progress.effect().map(Words::effect).orElse("");
    return sizes(progress)
        .map(sizes -> effect.isEmpty() ? sizes : effect + ", " + sizes)
        .orElse(effect);
  }

  /** The verdict and the expected effect in one line. */
  static String outcome(FaultProgress progress) {
    if (progress.expected().isEmpty() || progress.effect().isEmpty()) {
      return verdict(progress);
    }
    var expected = progress.expected().get();
    return "%s, expected %s"
        .formatted(
            effect(progress.effect().get(), "95% CI"), interval(expected.low(), expected.high()));
  }

  /** {@code 97% less time per call (80% interval 93% to 99%, by the model)}. */
  static String expected(OperatorEvent.Expected expected) {
    return "%s less time per call (80%% interval %s, by %s)"
        .formatted(
            percent(expected.percent()),
            interval(expected.low(), expected.high()),
            expected.source());
  }

  /** The summary of the finding. */
  static String found(FaultProgress progress) {
    return progress.summary().isEmpty()
        ? progress.diagnosis().map(PlanWords::head).orElse("")
        : progress.summary();
  }

  /** Truncates a text; dots mark the truncation. */
  static String cut(String text, int columns) {
    return text.length() <= columns
        ? text
        : columns <= DOTS.length()
            ? text.substring(0, columns)
            : text.substring(0, columns - DOTS.length()) + DOTS;
  }

  /** Replaces every character outside ASCII with a question mark. */
  static String ascii(String text) {
    return NOT_ASCII.matcher(text.replace("\u2026", DOTS)).replaceAll("?");
  }

  static String load(LoadSample load) {
    return String.format(
        Locale.ROOT,
        "%.0f/s  p50 %s  p95 %s  p99 %s  %,d requests, %d errors",
        load.perSecond(),
        ms(load.recent().p50Ms()),
        ms(load.recent().p95Ms()),
        ms(load.recent().p99Ms()),
        load.requests(),
        load.errors());
  }
}
