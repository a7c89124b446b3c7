// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes resources when this process is ended early, for example by Ctrl-C: the newest first. A
 * resource may be closed twice.
 */
final class AtExit {
  private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);

  private static final Deque<AutoCloseable> OPENED = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(AtExit::closeAll));
  }

  private AtExit() {}

  /** Registers a resource and returns it. */
  static <T extends AutoCloseable> T close(T opened) {
    OPENED.push(opened);
    return opened;
  }

  private static void closeAll() {
    for (var opened : OPENED) {
      try {
        opened.close();
      } catch (Exception e) {
        // The other resources must still be closed.
        LOG.warn("Could not clean up {}", opened, e);
      }
    }
  }
}
