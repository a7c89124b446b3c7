// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Judges a repair: the change of the affected statements less the change that they would have seen
 * had they become slower as the control did in the same windows, on mean log time. A change of the
 * whole server's speed affects both and cancels out. The 95% interval is the wider of two: that of
 * a {@link StepChange}, which knows how the load drifts within the windows, and that of the {@link
 * Heterogeneity} of the control, which knows how unlike statements drift between them. Where there
 * is no control, as for a setting of the server, a steady rise or fall is estimated from the
 * windows themselves, and the verdict notes that there was no control.
 */
public final class DifferenceInDifferences {
  private static final int MIN_INTERVALS = 3;
  private static final int MIN_CALLS = 20;

  private DifferenceInDifferences() {}

  /**
   * @param maxRegressionPercent a slowdown below this is accepted
   */
  public static Verdict judge(Measurement before, Measurement after, double maxRegressionPercent) {
    var fewest = Math.min(before.affected().size(), after.affected().size());
    var calls = Math.min(before.affectedCalls(), after.affectedCalls());
    if (fewest < MIN_INTERVALS || calls < MIN_CALLS) {
      return new Verdict(
          Verdict.Decision.NOT_ENOUGH_TRAFFIC,
          0,
          0,
          0,
          "%d calls in %d intervals of statements on the target are too few to judge by"
              .formatted(calls, fewest));
    }
    var useControl = Math.min(before.control().size(), after.control().size()) >= MIN_INTERVALS;
    if (!useControl && !before.from().isBefore(before.to())) {
      return new Verdict(
          Verdict.Decision.NOT_ENOUGH_TRAFFIC,
          0,
          0,
          0,
          "no statement serves as a control, and the record does not say when it was measured");
    }
    var change = useControl ? differences(before, after) : alone(before, after);
    var drift = useControl ? mean(after.control()) - mean(before.control()) : 0;
    var expected = before.expected(drift);
    var effect = change.mean();
    var unlike = useControl ? Heterogeneity.of(before, after).halfWidth() : 0;
    var more = before.expected(drift + unlike) - expected;
    var less = expected - before.expected(drift - unlike);
    var low = Math.min(change.quantile(0.025), effect - more);
    var high = Math.max(change.quantile(0.975), effect + less);
    var verdict = verdict(gain(effect), gain(high), gain(low), maxRegressionPercent, before, after);
    return useControl ? verdict : verdict.noting("nothing to compare it with");
  }

  /** Change of the affected statements less the change of the control, per interval. */
  private static StepChange differences(Measurement before, Measurement after) {
    return new StepChange(
        residuals(before, before), residuals(before, after), gap(before, after), false);
  }

  private static double[] residuals(Measurement reference, Measurement window) {
    var affected = window.affected();
    var control = window.control();
    // A side that did not run in some interval has fewer values: then its mean stands for each.
    var paired = affected.size() == control.size();
    var mean = mean(control);
    return IntStream.range(0, affected.size())
        .mapToDouble(i -> affected.get(i) - reference.expected(paired ? control.get(i) : mean))
        .toArray();
  }

  private static StepChange alone(Measurement before, Measurement after) {
    return new StepChange(
        before.affected().stream().mapToDouble(Double::doubleValue).toArray(),
        after.affected().stream().mapToDouble(Double::doubleValue).toArray(),
        gap(before, after),
        true);
  }

  /** Between the last interval before and the first one after, in intervals. */
  private static double gap(Measurement before, Measurement after) {
    var interval =
        (double) Duration.between(before.from(), before.to()).toMillis() / before.affected().size();
    var between = Duration.between(before.to(), after.from()).toMillis();
    return interval <= 0 ? 1 : 1 + Math.max(0, between / interval);
  }

  private static Verdict verdict(
      double improvement,
      double low,
      double high,
      double maxRegressionPercent,
      Measurement before,
      Measurement after) {
    var decision = Verdict.Decision.NEUTRAL;
    if (low > 0) {
      decision = Verdict.Decision.IMPROVED;
    } else if (high < 0 && -improvement > maxRegressionPercent) {
      decision = Verdict.Decision.REGRESSED;
    }
    var message =
        String.format(
            Locale.ROOT,
            "%s time per call (95%% interval %s to %s), %.2f ms before, %.2f ms after",
            inWords(improvement),
            // With one word at the end if both ends have the same sign: "14.8% to 70.7% less".
            low * high > 0
                ? String.format(Locale.ROOT, "%.1f%%", Math.min(Math.abs(low), Math.abs(high)))
                : inWords(low),
            inWords(low < 0 && high < 0 ? low : high),
            before.affectedMeanMs(),
            after.affectedMeanMs());
    return new Verdict(decision, improvement, low, high, message);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private static String inWords(double improvement) {
    return String.format(
        Locale.ROOT, "%.1f%% %s", Math.abs(improvement), improvement < 0 ? "more" : "less");
  }

  /** Converts a change of log time to saved time in percent; never minus zero. */
  private static double gain(double logChange) {
    return 0.0 - 100 * Math.expm1(logChange);
  }
}
