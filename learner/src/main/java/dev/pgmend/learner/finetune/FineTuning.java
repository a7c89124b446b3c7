// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.fitting.Calibration;
import dev.pgmend.learner.model.fitting.Tuner;
import dev.pgmend.learner.sona.LoraSettings;
import dev.pgmend.learner.sona.Trajectory;
import dev.pgmend.learner.sona.TrajectoryRing;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits the model's weights to this cluster's statements in the background, on one thread that uses
 * half a core for at most a minute. Fitted weights are kept if they predict held-out statements
 * better than the current ones.
 */
public final class FineTuning implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FineTuning.class);

  /** New trajectories that are needed for another attempt. */
  static final int ENOUGH = 200;

  static final Duration PERIOD = Duration.ofHours(1);
  private static final Duration MAX_ATTEMPT = Duration.ofSeconds(60);
  private static final Duration MAX_STOP = Duration.ofSeconds(2);
  private static final double NANOS = 1e9;

  /** An operator's process may contain many learners. */
  private static final Semaphore ONE_AT_A_TIME = new Semaphore(1);

  private final Supplier<List<Tuner>> tuners;
  private final Clock clock;
  private final TrajectoryRing ring = new TrajectoryRing();
  private final AtomicLong accepted = new AtomicLong();
  private final FineTuningCounts counts = new FineTuningCounts();

  /** This field and those below are guarded by this. */
  private final Experience experience = new Experience();

  private long acceptedBefore;
  private Instant lastAttempt;
  private Optional<Thread> worker = Optional.empty();
  private boolean closed;

  /** Used by the worker thread only. */
  private List<Tuner> found = List.of();

  /**
   * @param tuners called once, by the first attempt on its thread, because detecting a GPU is slow
   */
  public FineTuning(Supplier<List<Tuner>> tuners, Clock clock) {
    this.tuners = tuners;
    this.clock = clock;
    lastAttempt = clock.instant();
  }

  /** The model in use. */
  public record Serving(LatencyModel model, Mechanism mechanism, LoraSettings lora) {}

  /** Replaces the model in use by a better one. */
  @FunctionalInterface
  public interface Adoption {
    /**
     * @throws IOException if it cannot be saved; the model in use then stays
     */
    void adopt(Contender better) throws IOException;
  }

  /** Records a statement. Thread-safe, never blocks. */
  public void observe(Trajectory trajectory) {
    if (ring.offer(trajectory)) {
      accepted.incrementAndGet();
    }
  }

  public FineTuningStatus status() {
    return counts.status(accepted.get(), ring.dropped());
  }

  /** Counts that adopted weights were reverted. */
  public void reverted() {
    counts.reverted();
  }

  /**
   * Starts an attempt in the background if enough was observed since the last one, and enough time
   * has passed.
   *
   * @return whether it started
   */
  @SuppressWarnings("ThreadPriorityCheck") // only a hint; the pace limits the thread
  public synchronized boolean startIfDue(Serving serving, Adoption adoption) {
    ring.drain().forEach(experience::add);
    if (closed
        || worker.filter(Thread::isAlive).isPresent()
        || accepted.get() - acceptedBefore < ENOUGH
        || clock.instant().isBefore(lastAttempt.plus(PERIOD))) {
      return false;
    }
    var plans = HeldOut.of(experience.plans());
    if (!plans.isEnough() || !ONE_AT_A_TIME.tryAcquire()) {
      return false;
    }
    acceptedBefore = accepted.get();
    lastAttempt = clock.instant();
    worker =
        Optional.of(
            Thread.ofPlatform()
                .name("pgmend-fine-tuning")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .start(() -> attempt(serving, plans, adoption)));
    return true;
  }

  /** Waits until a running attempt has ended. */
  void await() throws InterruptedException {
    Optional<Thread> running;
    synchronized (this) {
      running = worker;
    }
    if (running.isPresent()) {
      running.get().join();
    }
  }

  /** Stops a running attempt within two seconds and discards its result. */
  @Override
  public void close() {
    Optional<Thread> running;
    synchronized (this) {
      closed = true;
      running = worker;
    }
    running.ifPresent(thread -> {
      thread.interrupt();
      try {
        if (!thread.join(MAX_STOP)) {
          LOG.warn("Fine-tuning did not stop in time; it ends with this process");
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private void attempt(Serving serving, HeldOut plans, Adoption adoption) {
    long begin = System.nanoTime();
    boolean kept = false;
    counts.started();
    try {
      kept = compete(serving, plans, adoption);
    } catch (InterruptedException _) {
      LOG.info("Fine-tuning was interrupted; the weights stay unchanged");
    } catch (TimeoutException e) {
      LOG.warn("Fine-tuning timed out; the weights stay unchanged: reason=\"{}\"", e.getMessage());
    } catch (IOException e) {
      LOG.warn("Cannot save better weights; the current ones stay in use", e);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("Fine-tuning failed; the weights stay unchanged", e);
    } finally {
      ONE_AT_A_TIME.release();
      counts.ended(kept, (System.nanoTime() - begin) / NANOS);
    }
  }

  private boolean compete(Serving serving, HeldOut plans, Adoption adoption)
      throws InterruptedException, TimeoutException, IOException {
    var before = contender(serving, serving.model(), plans);
    Optional<Contender> best = Optional.empty();
    var device = "";
    if (found.isEmpty()) {
      found = tuners.get();
    }
    for (var tuner : found) {
      var tuned = tuner.tune(serving.model(), plans.learned(), new BoundedPace(MAX_ATTEMPT));
      var candidate = contender(serving, Calibration.of(tuned, plans.heldOut()), plans);
      if (best.isEmpty() || candidate.error() < best.get().error()) {
        best = Optional.of(candidate);
        device = tuner.device();
      }
    }
    var after = best.orElseThrow(() -> new IllegalStateException("no tuner is available"));
    counts.compared(before.error(), after.error(), device);
    boolean better = after.beats(before);
    LOG.info(
        "Fine-tuning ended: statements={} device={} error={} heldOut={} errorBefore={} result={}",
        plans.learned().size(),
        device,
        decimal(after.error()),
        plans.heldOut().size(),
        decimal(before.error()),
        better ? "kept" : "dropped");
    if (better) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      adoption.adopt(after);
    }
    return better;
  }

  private static Contender contender(Serving serving, LatencyModel model, HeldOut plans) {
    return Contender.of(model, serving.mechanism(), serving.lora(), plans);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
