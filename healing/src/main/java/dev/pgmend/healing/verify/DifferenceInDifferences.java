package dev.pgmend.healing.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Judges a repair: the change of the affected statements less the change that they would have seen
 * had they become slower as the control did in the same windows, on mean log time, with a 95%
 * percentile interval from a bootstrap over intervals (Efron &amp; Tibshirani 1993, chapter 13),
 * wider by the {@link Heterogeneity} of the control. What makes the whole server slower or faster
 * meanwhile moves both and cancels out. Where there is no control, as for a setting of the server,
 * nothing does, and the verdict says so.
 */
public final class DifferenceInDifferences {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int RESAMPLES = 2_000;
  private static final int MIN_INTERVALS = 3;
  private static final int MIN_CALLS = 20;

  /** Fixed, so that the same numbers always give the same verdict. */
  private static final long SEED = 20_231L;

  private DifferenceInDifferences() {}

  /**
   * @param maxRegressionPercent a slowdown below this is put up with
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
    var bootstrap = new Bootstrap(RandomSource.XO_RO_SHI_RO_128_PP.create(SEED));
    var effects = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      var change = bootstrap.mean(after.affected()) - bootstrap.mean(before.affected());
      var drift =
          useControl ? bootstrap.mean(after.control()) - bootstrap.mean(before.control()) : 0;
      effects[i] = change - before.expected(drift);
    }
    var drift = useControl ? mean(after.control()) - mean(before.control()) : 0;
    var expected = before.expected(drift);
    var effect = mean(after.affected()) - mean(before.affected()) - expected;
    var ends = widened(Quantile.withDefaults().evaluate(effects, 0.025, 0.975), fewest);
    var unlike = useControl ? Heterogeneity.of(before, after).halfWidth() : 0;
    var more = before.expected(drift + unlike) - expected;
    var less = expected - before.expected(drift - unlike);
    var low = effect - Math.hypot(effect - ends[0], more);
    var high = effect + Math.hypot(ends[1] - effect, less);
    var verdict =
        verdict(percent(effect), percent(low), percent(high), maxRegressionPercent, before, after);
    return useControl ? verdict : verdict.noting("nothing to compare it with");
  }

  /**
   * A percentile bootstrap of few values is too narrow: it takes their variance for the
   * population's (factor sqrt((n-1)/n)) and the normal distribution for Student's. Both are made
   * good, as Hesterberg (2015, section 3.2) proposes.
   */
  private static double[] widened(double[] ends, int intervals) {
    var middle = (ends[0] + ends[1]) / 2;
    var student = TDistribution.of(2.0 * (intervals - 1)).inverseSurvivalProbability(0.025);
    var factor =
        Math.sqrt(intervals / (intervals - 1.0))
            * student
            / NORMAL.inverseSurvivalProbability(0.025);
    return new double[] {
      middle + (ends[0] - middle) * factor, middle + (ends[1] - middle) * factor
    };
  }

  private static Verdict verdict(
      double effect,
      double low,
      double high,
      double maxRegressionPercent,
      Measurement before,
      Measurement after) {
    var decision = Verdict.Decision.NEUTRAL;
    if (high < 0) {
      decision = Verdict.Decision.IMPROVED;
    } else if (low > 0 && effect > maxRegressionPercent) {
      decision = Verdict.Decision.REGRESSED;
    }
    var message =
        String.format(
            Locale.ROOT,
            "%s time per call (95%% interval %+.1f%% to %+.1f%%), %.2f ms before, %.2f ms after",
            effect <= 0
                ? String.format(Locale.ROOT, "%.1f%% less", -effect)
                : String.format(Locale.ROOT, "%.1f%% more", effect),
            low,
            high,
            before.affectedMeanMs(),
            after.affectedMeanMs());
    return new Verdict(decision, effect, low, high, message);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private static double percent(double logChange) {
    return 100 * Math.expm1(logChange);
  }

  private record Bootstrap(UniformRandomProvider random) {
    double mean(List<Double> values) {
      var drawn = new double[values.size()];
      Arrays.setAll(drawn, _ -> values.get(random.nextInt(values.size())));
      return Arrays.stream(drawn).average().orElse(0);
    }
  }
}
