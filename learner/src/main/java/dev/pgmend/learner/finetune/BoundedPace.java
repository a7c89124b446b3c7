package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.tuning.Pace;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Rests after each step for as long as the step took, so that one thread takes half a core, and
 * ends work that takes too long. Linux gives all threads of a JVM one priority: a rest is what it
 * heeds.
 */
final class BoundedPace implements Pace {
  private final Duration longest;
  private final long begin = System.nanoTime();
  private long stepBegin = begin;

  BoundedPace(Duration longest) {
    this.longest = longest;
  }

  @Override
  public void step() throws InterruptedException, TimeoutException {
    long now = System.nanoTime();
    if (now - begin > longest.toNanos()) {
      throw new TimeoutException("it took longer than %d s".formatted(longest.toSeconds()));
    }
    TimeUnit.NANOSECONDS.sleep(now - stepBegin);
    stepBegin = System.nanoTime();
  }
}
