// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

@Label("Bottlenecks of random networks equal those of an exhaustive search")
class BottleneckPropertiesTest {
  private static final Offset<Double> ROUNDING = within(1e-9);
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  @Property
  @Label("the latency is the longest of all paths")
  void latency(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int operators) {
    var random = RandomNetwork.of(new Random(seed), operators, 9);
    assertThat(random.network().latency(random.selfMs()))
        .isEqualTo(random.latency(random.selfMs()))
        .isEqualTo(random.composition().latency(random.selfMs()));
  }

  @Property
  @Label("criticality is the share of the latency that disappears with the operator at its floor")
  void criticality(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int operators) {
    var random = RandomNetwork.of(new Random(seed), operators, 9);
    var found = find(random);
    double before = random.latency(random.selfMs());
    for (int v = 0; v < random.size(); v++) {
      var relieved = random.selfMs();
      relieved[v] = random.floorMs()[v];
      double worth = before == 0 ? 0 : (before - random.latency(relieved)) / before;
      assertThat(found.criticality(v)).isCloseTo(worth, ROUNDING);
    }
  }

  @Property
  @Label("no set of operators that meets every critical path is cheaper, and a flow proves it")
  void cut(@ForAll long seed, @ForAll @IntRange(min = 1, max = 10) int operators) {
    var random = RandomNetwork.of(new Random(seed), operators, 9);
    var found = find(random);
    double cheapest = cheapestSetOnAllCriticalPaths(random, random.selfMs());
    if (cheapest == INFINITE) {
      assertThat(found.nothingToSave()).isTrue();
      assertThat(found.cutValue()).isZero();
      assertThat(found.savableMs()).isZero();
    } else {
      assertThat(found.cutValue()).isCloseTo(cheapest, ROUNDING);
      assertThat(found.flowValue()).isCloseTo(cheapest, ROUNDING);
      assertThat(found.operators().stream().mapToDouble(v -> random.prices()[v]).sum())
          .isCloseTo(cheapest, ROUNDING);
    }
  }

  @Property
  @Label("relieving the cut saves as much latency, up to savableMs")
  void relief(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int operators) {
    var random = RandomNetwork.of(new Random(seed), operators, 9);
    var found = find(random);
    if (found.nothingToSave()) {
      return;
    }
    assertThat(found.savableMs()).isPositive();
    for (double part : new double[] {0.01, 0.5, 1}) {
      var relieved = random.selfMs();
      found.operators().forEach(v -> relieved[v] -= part * found.savableMs());
      assertThat(random.latency(relieved))
          .isCloseTo(found.latencyMs() - part * found.savableMs(), ROUNDING);
      found
          .operators()
          .forEach(v -> assertThat(relieved[v]).isGreaterThanOrEqualTo(random.floorMs()[v]));
    }
  }

  @Property(tries = 300)
  @Label("the curve has the lowest price of each latency over all schedules")
  void curveAgainstAllSchedules(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int operators) {
    var random = RandomNetwork.of(new Random(seed), operators, 4);
    var curve = curve(random);
    var cheapest = new TreeMap<Double, Double>();
    tryAll(random, random.selfMs(), 0, 0, cheapest);
    double before = random.latency(random.selfMs());
    for (var entry : cheapest.entrySet()) {
      assertThat(priceOf(curve, before, entry.getKey()))
          .as("price of %s of %s ms", entry.getKey(), before)
          .isCloseTo(entry.getValue(), ROUNDING);
    }
    double end = curve.isEmpty() ? before : curve.getLast().latencyMs();
    assertThat(end).isCloseTo(random.latency(random.floorMs()), ROUNDING);
  }

  @Property
  @Label("the curve is convex, its sums add up, and it ends where nothing more can be saved")
  void convex(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int operators) {
    var random = RandomNetwork.of(new Random(seed), operators, 1000);
    double latency = random.network().latency(random.selfMs());
    double price = 0;
    double total = 0;
    for (var stretch : curve(random)) {
      assertThat(stretch.pricePerMs()).isGreaterThanOrEqualTo(price - 1e-9);
      assertThat(stretch.savedMs()).isPositive();
      latency -= stretch.savedMs();
      price = stretch.pricePerMs();
      total += price * stretch.savedMs();
      assertThat(stretch.latencyMs()).isCloseTo(latency, within(1e-6));
      assertThat(stretch.totalPrice()).isCloseTo(total, within(1e-6));
    }
    assertThat(latency).isCloseTo(random.network().latency(random.floorMs()), within(1e-6));
  }

  private static Bottleneck find(RandomNetwork random) {
    return Bottlenecks.find(random.network(), random.selfMs(), random.floorMs(), random.prices());
  }

  private static List<TimeCost> curve(RandomNetwork random) {
    return Bottlenecks.curve(random.network(), random.selfMs(), random.floorMs(), random.prices());
  }

  /** Infinite if a critical path has no operator that can be relieved. */
  private static double cheapestSetOnAllCriticalPaths(RandomNetwork random, double[] self) {
    double longest = random.latency(self);
    var critical =
        random.paths().stream()
            .filter(path -> path.stream().mapToDouble(v -> self[v]).sum() == longest)
            .toList();
    double cheapest = INFINITE;
    for (int set = 0; set < 1 << random.size(); set++) {
      int chosen = set;
      double price = 0;
      for (int v = 0; v < random.size(); v++) {
        if ((chosen >> v & 1) == 1) {
          price += self[v] > random.floorMs()[v] ? random.prices()[v] : INFINITE;
        }
      }
      boolean meetsAll =
          critical.stream().allMatch(path -> path.stream().anyMatch(v -> (chosen >> v & 1) == 1));
      cheapest = meetsAll ? Math.min(cheapest, price) : cheapest;
    }
    return cheapest;
  }

  /** The lowest price of each latency over all durations in whole milliseconds. */
  private static void tryAll(
      RandomNetwork random, double[] durations, int v, double price, Map<Double, Double> cheapest) {
    if (v == durations.length) {
      cheapest.merge(random.latency(durations), price, Math::min);
      return;
    }
    double normal = random.selfMs()[v];
    for (double t = normal; t >= random.floorMs()[v]; t--) {
      durations[v] = t;
      tryAll(random, durations, v + 1, price + random.prices()[v] * (normal - t), cheapest);
    }
    durations[v] = normal;
  }

  private static double priceOf(List<TimeCost> curve, double before, double latency) {
    double price = 0;
    double at = before;
    for (var stretch : curve) {
      price += stretch.pricePerMs() * Math.clamp(at - latency, 0, stretch.savedMs());
      at = stretch.latencyMs();
    }
    assertThat(at).as("%s reaches %s", curve, latency).isLessThanOrEqualTo(latency + 1e-9);
    return price;
  }
}
