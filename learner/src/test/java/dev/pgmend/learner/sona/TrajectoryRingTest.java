// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Trajectories wait in a ring")
class TrajectoryRingTest {
  private static final PlanDag PLAN =
      new PlanDag(
          List.of(new PlanOperator(JsonNodeFactory.instance.objectNode())), List.of(), Map.of());

  private static Trajectory trajectory(long queryId) {
    return new Trajectory(queryId, PLAN, 4);
  }

  @Test
  @DisplayName("come out in order, once")
  void drains() {
    var ring = new TrajectoryRing();
    IntStream.range(0, 100).forEach(i -> ring.offer(trajectory(i)));
    assertThat(ring.drain())
        .extracting(Trajectory::queryId)
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> (long) i).toList());
    assertThat(ring.drain()).isEmpty();
  }

  @Test
  @DisplayName("are dropped and counted while it is full, and accepted again afterwards")
  void countsOverflow() {
    var ring = new TrajectoryRing();
    IntStream.range(0, TrajectoryRing.CAPACITY + 7).forEach(i -> ring.offer(trajectory(i)));
    assertThat(ring.dropped()).isEqualTo(7);
    assertThat(ring.size()).isEqualTo(TrajectoryRing.CAPACITY);
    assertThat(ring.drain()).hasSize(TrajectoryRing.CAPACITY);
    assertThat(ring.offer(trajectory(1))).isTrue();
  }

  @Test
  @DisplayName("are neither lost nor duplicated with many producers and one consumer")
  void manyThreads() throws InterruptedException {
    var ring = new TrajectoryRing(64);
    int threads = 4;
    int each = 20_000;
    var producers =
        IntStream.range(0, threads)
            .mapToObj(thread ->
                Thread.ofPlatform()
                    .start(() ->
                        IntStream.range(0, each)
                            .forEach(i -> ring.offer(trajectory(thread * each + i)))))
            .toList();
    List<Trajectory> seen = new ArrayList<>();
    while (producers.stream().anyMatch(Thread::isAlive)) {
      seen.addAll(ring.drain());
    }
    for (var producer : producers) {
      producer.join();
    }
    seen.addAll(ring.drain());
    assertThat(seen.stream().map(Trajectory::queryId).collect(Collectors.toSet()))
        .hasSize(seen.size());
    assertThat(seen.size() + ring.dropped()).isEqualTo((long) threads * each);
  }
}
