package dev.pgmend.e2e.gauntlet;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves nothing behind where this process is ended in the middle, by Ctrl-C say: what was opened
 * last is closed first. What was closed before that must not mind.
 */
final class AtExit {
  private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);

  private static final Deque<AutoCloseable> OPENED = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(AtExit::closeAll));
  }

  private AtExit() {}

  /** Returns what it was given. */
  static <T extends AutoCloseable> T close(T opened) {
    OPENED.push(opened);
    return opened;
  }

  private static void closeAll() {
    for (var opened : OPENED) {
      try {
        opened.close();
      } catch (Exception e) {
        // The rest is to be left in good order all the same.
        LOG.warn("Could not clean up {}", opened, e);
      }
    }
  }
}
