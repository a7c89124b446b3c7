// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A slow change over days, which no single day shows: Kendall's test by weekday, so that a weekend
 * is only compared with weekends, and the slope that goes with it (Hirsch, Slack &amp; Smith,
 * Techniques of Trend Analysis for Monthly Water Quality Data, Water Resources Research 18, 1982).
 * With less than three weeks of data, weekdays are not distinguished.
 *
 * @param percentPerDay the median of the slopes between all pairs of days
 * @param days from the first to the last
 * @param probability that days without a trend look so
 */
public record Trend(double percentPerDay, long days, double probability) {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int MIN_DAYS = 7;
  private static final int DAYS_PER_WEEK = 7;
  private static final int MIN_WEEKS = 3;

  /** Change from the first day to the last, in percent. */
  public double percent() {
    return 100 * Math.expm1(days * Math.log1p(percentPerDay / 100));
  }

  /**
   * Trend of the logarithms of a quantity, by day since 1970.
   *
   * @return empty if there are less than seven days
   */
  static Optional<Trend> of(SortedMap<Long, Double> logByDay) {
    if (logByDay.size() < MIN_DAYS) {
      return Optional.empty();
    }
    var days = logByDay.lastKey() - logByDay.firstKey();
    var seasons = days >= (long) MIN_WEEKS * DAYS_PER_WEEK - 1 ? DAYS_PER_WEEK : 1;
    var bySeason = new TreeMap<Long, List<Day>>();
    logByDay.forEach((day, log) ->
        bySeason
            .computeIfAbsent(Math.floorMod(day, (long) seasons), _ -> new ArrayList<>())
            .add(new Day(day, log)));
    var slopes = new ArrayList<Double>();
    double sum = 0;
    double variance = 0;
    for (var season : bySeason.values()) {
      double n = season.size();
      variance += n * (n - 1) * (2 * n + 5) / 18;
      for (int i = 0; i < season.size(); i++) {
        for (int j = i + 1; j < season.size(); j++) {
          sum += Math.signum(season.get(j).log - season.get(i).log);
          slopes.add(
              (season.get(j).log - season.get(i).log) / (season.get(j).day - season.get(i).day));
        }
      }
    }
    if (slopes.isEmpty()) {
      return Optional.empty();
    }
    var slope =
        Median.withDefaults().evaluate(slopes.stream().mapToDouble(Double::doubleValue).toArray());
    var score = Math.max(0, Math.abs(sum) - 1) / Math.sqrt(variance);
    return Optional.of(
        new Trend(100 * Math.expm1(slope), days, 2 * NORMAL.survivalProbability(score)));
  }

  private record Day(long day, double log) {}
}
