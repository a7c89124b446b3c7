// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How often a repair is judged to have helped or harmed when its true effect is known. The log time
 * of a statement in an interval is the sum of its base, the load that all share, the load of its
 * table, its own noise, and a steady drift; loads are first-order autoregressive. {@link #main}
 * prints the table of docs/concepts/verdicts.md.
 */
final class VerdictSimulation {
  private static final double LIMIT_PERCENT = 10;
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final long CALLS = 200;

  /**
   * One kind of load.
   *
   * @param affected statements on the repaired table; for a setting all statements
   * @param control statements on other tables
   * @param controlTables tables that they are spread over
   * @param intervals in each of the two windows
   * @param common load that all statements share
   * @param unlike by how much statements differ in how the common load moves them
   * @param table load of each table
   * @param noise standard deviation of a statement's own noise
   * @param driftPercent by how much all become slower in each interval
   * @param gap intervals between the windows, while the repair runs
   * @param deploy whether all statements change their level once, at a random moment
   */
  record Scene(
      String name,
      int affected,
      int control,
      int controlTables,
      int intervals,
      Load common,
      double unlike,
      Load table,
      double noise,
      double driftPercent,
      int gap,
      boolean deploy) {}

  /** A first-order autoregressive process: standard deviation, and correlation of neighbours. */
  record Load(double deviation, double correlation) {
    static final Load NONE = new Load(0, 0);

    double[] series(Random random, int length) {
      var series = new double[length];
      series[0] = deviation * random.nextGaussian();
      var innovation = deviation * Math.sqrt(1 - correlation * correlation);
      for (int i = 1; i < length; i++) {
        series[i] = correlation * series[i - 1] + innovation * random.nextGaussian();
      }
      return series;
    }
  }

  /** Shares of all runs, in percent. */
  record Rates(double regressed, double improved) {}

  static final List<Scene> SCENES =
      List.of(
          scene("independent noise of 10%", 5, 10, 5, Load.NONE, 0, Load.NONE, 0.1),
          scene(
              "independent noise of 10%, one statement affected",
              1, 10, 5, Load.NONE, 0, Load.NONE, 0.1),
          scene(
              "a common load (correlation 0.8, 20%)",
              5, 10, 5, new Load(0.2, 0.8), 0, Load.NONE, 0.1),
          scene(
              "a common load that moves each statement differently",
              5,
              10,
              5,
              new Load(0.2, 0.8),
              0.5,
              Load.NONE,
              0.1),
          scene("tables that drift (0.5, 15%)", 5, 10, 5, Load.NONE, 0, new Load(0.15, 0.5), 0.05),
          scene("tables that drift (0.8, 15%)", 5, 10, 5, Load.NONE, 0, new Load(0.15, 0.8), 0.05),
          scene("tables that drift (0.9, 20%)", 5, 10, 5, Load.NONE, 0, new Load(0.2, 0.9), 0.05),
          scene(
              "the control is one table (0.8, 15%)",
              10, 10, 1, Load.NONE, 0, new Load(0.15, 0.8), 0.05),
          scene(
              "the control is one statement (0.8, 15%)",
              5, 1, 1, Load.NONE, 0, new Load(0.15, 0.8), 0.05),
          scene("a setting (0.5, 10%)", 10, 0, 0, new Load(0.1, 0.5), 0, Load.NONE, 0.05),
          scene("a setting (0.8, 15%)", 10, 0, 0, new Load(0.15, 0.8), 0, Load.NONE, 0.05),
          scene("a setting (0.9, 20%)", 10, 0, 0, new Load(0.2, 0.9), 0, Load.NONE, 0.05),
          new Scene(
              "a setting, in a morning that slows all by 1% a minute",
              10, 0, 0, 10, new Load(0.03, 0.5), 0, Load.NONE, 0.05, 1, 0, false),
          new Scene(
              "the same, 30 minutes between the windows",
              10,
              0,
              0,
              10,
              new Load(0.03, 0.5),
              0,
              Load.NONE,
              0.05,
              1,
              30,
              false),
          new Scene(
              "3 hours between the windows, tables that drift (0.97, 20%)",
              5, 10, 5, 10, Load.NONE, 0, new Load(0.2, 0.97), 0.05, 0, 180, false),
          new Scene(
              "a deploy during the windows changes all by 30%",
              5, 10, 5, 10, new Load(0.05, 0.5), 0.3, Load.NONE, 0.1, 0, 0, true),
          new Scene(
              "windows of 3 intervals, tables that drift (0.8, 15%)",
              5, 10, 5, 3, Load.NONE, 0, new Load(0.15, 0.8), 0.05, 0, 0, false));

  private VerdictSimulation() {}

  private static Scene scene(
      String name,
      int affected,
      int control,
      int tables,
      Load common,
      double unlike,
      Load table,
      double noise) {
    return new Scene(
        name, affected, control, tables, 10, common, unlike, table, noise, 0, 0, false);
  }

  /** Prints the table; the first argument is the number of runs of each scene. */
  public static void main(String[] arguments) {
    var runs = arguments.length == 0 ? 2_000 : Integer.parseInt(arguments[0]);
    print(System.out, runs);
  }

  private static void print(PrintStream out, int runs) {
    out.println(
        "| load | false Regressed | false Improved | 20% slower found | 20% faster found |");
    out.println("|---|--:|--:|--:|--:|");
    for (var scene : SCENES) {
      var nothing = rates(scene, 1, runs);
      var slower = rates(scene, 1.2, runs);
      var faster = rates(scene, 0.8, runs);
      out.printf(
          Locale.ROOT,
          "| %s | %.1f%% | %.1f%% | %.0f%% | %.0f%% |%n",
          scene.name(),
          nothing.regressed(),
          nothing.improved(),
          slower.regressed(),
          faster.improved());
    }
  }

  /**
   * @param factor what the repair makes of the affected statements' time
   */
  static Rates rates(Scene scene, double factor, int runs) {
    var random = new Random(42);
    var regressed = 0;
    var improved = 0;
    for (int run = 0; run < runs; run++) {
      switch (judge(scene, factor, random)) {
        case REGRESSED -> regressed++;
        case IMPROVED -> improved++;
        case NEUTRAL, NOT_ENOUGH_TRAFFIC -> {}
      }
    }
    return new Rates(100.0 * regressed / runs, 100.0 * improved / runs);
  }

  private static Verdict.Decision judge(Scene scene, double factor, Random random) {
    var times = times(scene, factor, random);
    var second = scene.intervals() + scene.gap();
    var before = measurement(scene, times, 0, List.of());
    var after = measurement(scene, times, second, before.statements());
    return DifferenceInDifferences.judge(before, after, LIMIT_PERCENT).decision();
  }

  /** Milliseconds by statement and interval. */
  private static double[][] times(Scene scene, double factor, Random random) {
    var length = 2 * scene.intervals() + scene.gap();
    var common = scene.common().series(random, length);
    var own = scene.table().series(random, length);
    var tables = new ArrayList<double[]>();
    for (int i = 0; i < scene.controlTables(); i++) {
      tables.add(scene.table().series(random, length));
    }
    var deployed = scene.deploy() ? random.nextInt(length) : length;
    var times = new double[scene.affected() + scene.control()][length];
    for (int s = 0; s < times.length; s++) {
      var base = Math.log(2) + random.nextGaussian();
      var loading = 1 + scene.unlike() * (2 * random.nextDouble() - 1);
      var isAffected = s < scene.affected();
      for (int t = 0; t < length; t++) {
        var log =
            base
                + loading * (common[t] + (t >= deployed ? Math.log(1.3) : 0))
                + (isAffected ? own[t] : tables.get(s % tables.size())[t])
                + scene.noise() * random.nextGaussian()
                + scene.driftPercent() / 100 * t
                + (isAffected && t >= scene.intervals() ? Math.log(factor) : 0);
        times[s][t] = Math.exp(log);
      }
    }
    return times;
  }

  /** As {@link Verifier} makes it of the counters. */
  private static Measurement measurement(
      Scene scene, double[][] times, int from, List<Measurement.Statement> reference) {
    var to = from + scene.intervals();
    var statements = new ArrayList<Measurement.Statement>();
    for (int s = 0; s < times.length; s++) {
      double sum = 0;
      for (int t = from; t < to; t++) {
        sum += times[s][t];
      }
      statements.add(
          new Measurement.Statement(
              s,
              "SELECT " + s,
              s < scene.affected(),
              CALLS * scene.intervals(),
              sum / scene.intervals()));
    }
    var relativeTo = reference.isEmpty() ? statements : reference;
    var affected = new ArrayList<Double>();
    var control = new ArrayList<Double>();
    for (int t = from; t < to; t++) {
      add(affected, relativeTo.subList(0, scene.affected()), times, t, true);
      add(control, relativeTo.subList(scene.affected(), times.length), times, t, false);
    }
    return new Measurement(
        Instant.EPOCH.plus(INTERVAL.multipliedBy(from)),
        Instant.EPOCH.plus(INTERVAL.multipliedBy(to)),
        statements,
        affected,
        control);
  }

  private static void add(
      List<Double> series,
      List<Measurement.Statement> statements,
      double[][] times,
      int interval,
      boolean affected) {
    double weights = 0;
    double sum = 0;
    for (var statement : statements) {
      var ms = times[(int) statement.queryId()][interval];
      weights += statement.totalMs();
      sum +=
          statement.totalMs()
              * (affected ? statement.changeTo(ms) : Math.log(ms / statement.meanMs()));
    }
    if (weights > 0) {
      series.add(sum / weights);
    }
  }
}
