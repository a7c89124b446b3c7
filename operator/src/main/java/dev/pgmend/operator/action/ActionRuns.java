// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.operator.cluster.ClusterKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The repairs that run in this process. */
public final class ActionRuns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ActionRuns.class);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, ClusterKey> running = new HashMap<>();

  /**
   * Whether the action runs. After close each one counts as running: the server can still do so.
   */
  public synchronized boolean isRunning(String uid) {
    return threads.isShutdown() || running.containsKey(uid);
  }

  /** How many repairs of one cluster run. */
  public synchronized long countOf(ClusterKey cluster) {
    return running.values().stream().filter(cluster::equals).count();
  }

  /**
   * Starts a run, unless it runs already, the budget is used up, or this process ends.
   *
   * @return false if the budget is used up
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
        // The record stays in Running, so the next pass resumes it.
        if (threads.isShutdown()) {
          LOG.debug("The run of action {} ended with this process", uid, e);
        } else {
          LOG.error("The run of action {} failed", uid, e);
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
   * Ends at once. A running statement continues in the server. The next process finds it by its
   * application name and waits for it.
   */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.info("Running repairs continue in the server; pgmend resumes them at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
