package dev.pgmend.learner.sona;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * Trajectories on their way from the threads that observe to the one that learns from them. Nobody
 * waits: where it is full, the newest is dropped and counted.
 */
public final class TrajectoryRing {
  /** As many as the background learner takes at a time. */
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

  /** Adds one; by any thread. False if it was dropped. */
  public boolean offer(Trajectory trajectory) {
    // The queue's own capacity is the next power of two.
    boolean taken = queue.offerIfBelowThreshold(trajectory, capacity);
    if (!taken) {
      dropped.increment();
    }
    return taken;
  }

  /** Takes out all that are in it, the oldest first; by one thread at a time. */
  public List<Trajectory> drain() {
    var drained = new ArrayList<Trajectory>(queue.size());
    queue.drain(drained::add, capacity);
    return drained;
  }

  /** How many wait. */
  public int size() {
    return queue.size();
  }

  /** How many were dropped since the beginning. */
  public long dropped() {
    return dropped.sum();
  }
}
