package dev.pgmend.operator.action;

import dev.pgmend.operator.cluster.ClusterKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The repairs that run in this process, and the room there is for more. */
public final class ActionRuns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ActionRuns.class);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, ClusterKey> running = new HashMap<>();

  /** Whether its record is a run's; once closed, any may be one that the server goes on with. */
  public synchronized boolean isRunning(String uid) {
    return threads.isShutdown() || running.containsKey(uid);
  }

  /** How many run, of one cluster. */
  public synchronized long countOf(ClusterKey cluster) {
    return running.values().stream().filter(cluster::equals).count();
  }

  /**
   * Starts a run, unless it runs already or the room is taken, or this process is about to end.
   *
   * @return false if the room is taken
   */
  public synchronized boolean start(
      String uid, ClusterKey cluster, int perCluster, int perFleet, Runnable run) {
    if (isRunning(uid)) {
      return true;
    }
    if (countOf(cluster) >= perCluster || running.size() >= perFleet) {
      return false;
    }
    running.put(uid, cluster);
    threads.execute(() -> {
      try {
        run.run();
      } catch (RuntimeException e) {
        // The record still says that it runs, so that it is taken up again.
        if (threads.isShutdown()) {
          LOG.debug("The run of action {} was let go", uid, e);
        } else {
          LOG.error("The run of action {} broke off", uid, e);
        }
      } finally {
        ended(uid);
      }
    });
    return true;
  }

  private synchronized void ended(String uid) {
    running.remove(uid);
  }

  /**
   * Ends at once. A statement that runs goes on in the server; whoever starts next finds it there
   * by its application name and waits for it.
   */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.info("Left running repairs to the server; they are taken up at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
