package dev.pgmend.learner.bottleneck;

import dev.pgmend.learner.plan.PlanDag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the operators that hold an execution back, by the minimal-cut method for the time-cost
 * trade-off of projects (Fulkerson 1961; Kelley 1961; Phillips and Dessouky 1977): to be faster,
 * every critical path has to be shortened; the cheapest way to do so is the minimum cut of the
 * critical sub-network, with the price of one millisecond as the capacity of an operator.
 *
 * <p>In general such a cut also has arcs backward, where time bought earlier is sold again. In a
 * series-parallel network it has none: the cheapest price of a latency T is, for parts in parallel,
 * the sum of their prices of T, and for parts in series the infimal convolution of theirs; both are
 * convex, and the time given to each part never grows as T falls. So nothing bought is ever sold,
 * and buying along minimum cuts until nothing is left gives the whole optimal curve.
 */
public final class Bottlenecks {
  /** Slack and savings below this share of the latency are rounding. */
  private static final double NEGLIGIBLE = 1e-9;

  private final ActivityNetwork network;
  private final double[] floorMs;
  private final double[] prices;
  private final double negligibleMs;

  /** As they are after what has been bought. */
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
   * @param floorMs the least it would take after the best repair that is known; selfMs if there is
   *     none
   * @param prices of one millisecond at each operator, above 0, infinite where none can be bought
   * @throws IllegalArgumentException if these do not fit the plan or each other
   * @throws IllegalStateException if the cut found is not proved minimal
   */
  public static Bottleneck find(PlanDag plan, double[] selfMs, double[] floorMs, double[] prices) {
    return find(ActivityNetwork.of(plan, selfMs), selfMs, floorMs, prices);
  }

  /** The same with {@link #onePerRepair}. */
  public static Bottleneck find(PlanDag plan, double[] selfMs, double[] floorMs) {
    return find(plan, selfMs, floorMs, onePerRepair(selfMs, floorMs));
  }

  /** The same of any network. */
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

  /**
   * How much latency can be bought, in which order and at what price: stretches of rising price,
   * until nothing more can be saved.
   */
  public static List<TimeCost> curve(
      PlanDag plan, double[] selfMs, double[] floorMs, double[] prices) {
    return curve(ActivityNetwork.of(plan, selfMs), selfMs, floorMs, prices);
  }

  /** The same of any network. */
  public static List<TimeCost> curve(
      ActivityNetwork network, double[] selfMs, double[] floorMs, double[] prices) {
    return new Bottlenecks(network, selfMs, floorMs, prices).buyAll();
  }

  /**
   * Prices for when no better are known: relieving an operator wholly costs 1, whichever it is,
   * since each takes one repair. A millisecond then costs 1 through what can be saved, so in one
   * process the operator that can save most is the bottleneck; where operators run side by side,
   * fewer repairs are cheaper than more.
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

  /** By how much all of a cut can be shortened before prices change. */
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
    // Each stretch brings an operator to its floor or makes one critical, and neither ends.
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
