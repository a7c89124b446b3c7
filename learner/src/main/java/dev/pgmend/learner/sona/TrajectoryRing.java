// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * A queue of trajectories from the observing threads to the learning thread. It never blocks: if it
 * is full, the newest trajectory is dropped and counted.
 */
public final class TrajectoryRing {
  /** The number that the background learner reads at a time. */
  public static final int CAPACITY = 10_000;

  private final int capacity;
  private final MpscAtomicArrayQueue<Trajectory> queue;
  private final LongAdder dropped = new LongAdder();

  public TrajectoryRing() {
    this(CAPACITY);
  }

  TrajectoryRing(int capacity) {
    this.capacity = capacity;
    queue = new MpscAtomicArrayQueue<>(capacity);
  }

  /** Adds a trajectory; false if it was dropped. Thread-safe. */
  public boolean offer(Trajectory trajectory) {
    // The queue's own capacity is the next power of two.
    boolean taken = queue.offerIfBelowThreshold(trajectory, capacity);
    if (!taken) {
      dropped.increment();
    }
    return taken;
  }

  /** Removes and returns all trajectories, the oldest first; by one thread at a time. */
  public List<Trajectory> drain() {
    var drained = new ArrayList<Trajectory>(queue.size());
    queue.drain(drained::add, capacity);
    return drained;
  }

  /** The number of waiting trajectories. */
  public int size() {
    return queue.size();
  }

  /** The number of dropped trajectories since the start. */
  public long dropped() {
    return dropped.sum();
  }
}
