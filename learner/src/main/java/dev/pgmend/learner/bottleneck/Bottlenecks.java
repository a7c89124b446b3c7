// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import dev.pgmend.learner.plan.PlanDag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the bottleneck of an execution by the minimal-cut method for the time-cost trade-off of
 * projects (Fulkerson 1961; Kelley 1961; Phillips and Dessouky 1977): a faster execution requires
 * shortening every critical path. The cheapest way is the minimum cut of the critical sub-network,
 * in which the capacity of an operator is its price of one millisecond.
 *
 * <p>In general such a cut also has backward arcs, on which time bought earlier is sold again. A
 * series-parallel network has none: the lowest price of a latency T is the sum of the parts' prices
 * for parts in parallel, and their infimal convolution for parts in series. Both are convex, and
 * the time of each part never grows as T falls. So the minimum cuts, one after the other, give the
 * complete optimal curve.
 */
public final class Bottlenecks {
  /** Slack and savings below this share of the latency are rounding. */
  private static final double NEGLIGIBLE = 1e-9;

  private final ActivityNetwork network;
  private final double[] floorMs;
  private final double[] prices;
  private final double negligibleMs;

  /** Current times, after the savings bought so far. */
  private final double[] durations;

  private Bottlenecks(ActivityNetwork network, double[] selfMs, double[] floorMs, double[] prices) {
    ActivityNetwork.requireTimes(selfMs, network.size());
    ActivityNetwork.requireTimes(floorMs, network.size());
    requirePrices(prices, network.size());
    for (int v = 0; v < selfMs.length; v++) {
      if (floorMs[v] > selfMs[v]) {
        throw new IllegalArgumentException(
            "operator %d takes %s ms, below its floor of %s".formatted(v, selfMs[v], floorMs[v]));
      }
    }
    this.network = network;
    this.floorMs = floorMs.clone();
    this.prices = prices.clone();
    durations = selfMs.clone();
    negligibleMs = NEGLIGIBLE * network.latency(selfMs);
  }

  private static void requirePrices(double[] prices, int operators) {
    if (prices.length != operators) {
      throw new IllegalArgumentException(
          "%d prices for %d operators".formatted(prices.length, operators));
    }
    for (double price : prices) {
      if (!(price > 0)) {
        throw new IllegalArgumentException("not a price: " + price);
      }
    }
  }

  /**
   * The bottleneck of a plan.
   *
   * @param selfMs what each operator itself takes
   * @param floorMs its minimum after the best known repair; selfMs if there is none
   * @param prices price of one millisecond at each operator, above 0; infinite if it cannot be
   *     saved
   * @throws IllegalArgumentException if these do not fit the plan or each other
   * @throws IllegalStateException if the cut found is not proved minimal
   */
  public static Bottleneck find(PlanDag plan, double[] selfMs, double[] floorMs, double[] prices) {
    return find(ActivityNetwork.of(plan, selfMs), selfMs, floorMs, prices);
  }

  /** The bottleneck with the prices {@link #onePerRepair}. */
  public static Bottleneck find(PlanDag plan, double[] selfMs, double[] floorMs) {
    return find(plan, selfMs, floorMs, onePerRepair(selfMs, floorMs));
  }

  /** The same for any network. */
  public static Bottleneck find(
      ActivityNetwork network, double[] selfMs, double[] floorMs, double[] prices) {
    var state = new Bottlenecks(network, selfMs, floorMs, prices);
    double latency = network.latency(selfMs);
    var criticality = state.criticality(latency);
    return state
        .cut()
        .map(cut ->
            new Bottleneck(
                latency, criticality, cut.operators(), cut.value(), cut.flow(), state.stretch(cut)))
        .orElseGet(() -> new Bottleneck(latency, criticality, List.of(), 0, 0, 0));
  }

  /** The time-cost curve: stretches of rising price until nothing more can be saved. */
  public static List<TimeCost> curve(
      PlanDag plan, double[] selfMs, double[] floorMs, double[] prices) {
    return curve(ActivityNetwork.of(plan, selfMs), selfMs, floorMs, prices);
  }

  /** The same for any network. */
  public static List<TimeCost> curve(
      ActivityNetwork network, double[] selfMs, double[] floorMs, double[] prices) {
    return new Bottlenecks(network, selfMs, floorMs, prices).buyAll();
  }

  /**
   * Default prices: relieving an operator completely costs 1, because it takes one repair. A
   * millisecond costs 1 divided by the possible saving. So the operator with the largest saving is
   * the bottleneck of a single process, and for parallel operators fewer repairs are cheaper.
   */
  public static double[] onePerRepair(double[] selfMs, double[] floorMs) {
    return IntStream.range(0, selfMs.length)
        .mapToDouble(v -> 1 / Math.max(0, selfMs[v] - floorMs[v]))
        .toArray();
  }

  private List<Double> criticality(double latency) {
    var shares = new ArrayList<Double>(Collections.nCopies(network.size(), 0.0));
    if (latency == 0) {
      return shares;
    }
    var slacks = network.slacks(durations);
    for (int v = 0; v < durations.length; v++) {
      if (slacks[v] <= negligibleMs) {
        double before = durations[v];
        durations[v] = floorMs[v];
        shares.set(v, Math.max(0, (latency - network.latency(durations)) / latency));
        durations[v] = before;
      }
    }
    return shares;
  }

  private Optional<MinimumCut> cut() {
    var slacks = network.slacks(durations);
    var critical = new BitSet(durations.length);
    var asked = prices.clone();
    for (int v = 0; v < durations.length; v++) {
      critical.set(v, slacks[v] <= negligibleMs);
      if (durations[v] - floorMs[v] <= negligibleMs) {
        asked[v] = Double.POSITIVE_INFINITY;
      }
    }
    return MinimumCut.of(network, critical, asked);
  }

  /** How much all operators of a cut can be shortened before prices change. */
  private double stretch(MinimumCut cut) {
    var crossing = new BitSet(durations.length);
    cut.operators().forEach(crossing::set);
    double least = network.latency(durations) - network.latencyAvoiding(crossing, durations);
    for (int v : cut.operators()) {
      least = Math.min(least, durations[v] - floorMs[v]);
    }
    return least;
  }

  private List<TimeCost> buyAll() {
    var curve = new ArrayList<TimeCost>();
    double paid = 0;
    // Each stretch brings an operator to its floor or makes another critical, permanently.
    for (int i = 0; i <= 2 * durations.length; i++) {
      var cut = cut();
      if (cut.isEmpty()) {
        return curve;
      }
      double saved = stretch(cut.get());
      for (int v : cut.get().operators()) {
        durations[v] = Math.max(floorMs[v], durations[v] - saved);
      }
      paid += saved * cut.get().value();
      curve.add(
          new TimeCost(
              network.latency(durations), cut.get().operators(), saved, cut.get().value(), paid));
    }
    throw new IllegalStateException("the time-cost curve does not end: " + curve);
  }
}
