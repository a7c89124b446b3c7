package dev.pgmend.learner.finetune;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.tuning.Calibration;
import dev.pgmend.learner.model.tuning.Tuner;
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
 * Fits the model's weights to what was observed here, beside the learner's own work: on one thread
 * at a time, which takes half a core for at most a minute. Fitted weights are kept if they predict
 * statements that they were not fitted to better than what serves.
 */
public final class FineTuning implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FineTuning.class);

  /** New trajectories that make another attempt worth it. */
  static final int ENOUGH = 200;

  static final Duration PERIOD = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(2);
  private static final double NANOS = 1e9;

  /** An operator may have many learners in its process. */
  private static final Semaphore ONE_AT_A_TIME = new Semaphore(1);

  private final Supplier<List<Tuner>> tuners;
  private final Clock clock;
  private final TrajectoryRing ring = new TrajectoryRing();
  private final AtomicLong taken = new AtomicLong();
  private final FineTuningCounts counts = new FineTuningCounts();

  /** Guarded by this, as are those below. */
  private final Experience experience = new Experience();

  private long takenBefore;
  private Instant lastAttempt;
  private Optional<Thread> worker = Optional.empty();
  private boolean closed;

  /** Of the worker, of which there is one at a time. */
  private List<Tuner> found = List.of();

  /**
   * @param tuners asked for once, by the first attempt on its thread: to look for a GPU takes long
   */
  public FineTuning(Supplier<List<Tuner>> tuners, Clock clock) {
    this.tuners = tuners;
    this.clock = clock;
    lastAttempt = clock.instant();
  }

  /** What serves now. */
  public record Serving(LatencyModel model, Mechanism mechanism, LoraSettings lora) {}

  /** Takes over what was found to be better. */
  @FunctionalInterface
  public interface Adoption {
    /**
     * @throws IOException if it can't be kept; then what served before goes on
     */
    void adopt(Contender better) throws IOException;
  }

  /** Takes note of a statement; by any thread, without waiting. */
  public void observe(Trajectory trajectory) {
    if (ring.offer(trajectory)) {
      taken.incrementAndGet();
    }
  }

  public FineTuningStatus status() {
    return counts.status(taken.get(), ring.dropped());
  }

  /** Weights that were adopted lost their trial. */
  public void takenBack() {
    counts.takenBack();
  }

  /**
   * Starts an attempt in the background if enough was observed since the last one, and that was
   * long enough ago.
   *
   * @return whether it started
   */
  @SuppressWarnings("ThreadPriorityCheck") // no more than a hint; the pace is what holds it back
  public synchronized boolean startIfDue(Serving serving, Adoption adoption) {
    ring.drain().forEach(experience::add);
    if (closed
        || worker.filter(Thread::isAlive).isPresent()
        || taken.get() - takenBefore < ENOUGH
        || clock.instant().isBefore(lastAttempt.plus(PERIOD))) {
      return false;
    }
    var plans = HeldOut.of(experience.plans());
    if (!plans.isEnough() || !ONE_AT_A_TIME.tryAcquire()) {
      return false;
    }
    takenBefore = taken.get();
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

  /** Waits until an attempt that is under way has ended. */
  void await() throws InterruptedException {
    Optional<Thread> running;
    synchronized (this) {
      running = worker;
    }
    if (running.isPresent()) {
      running.get().join();
    }
  }

  /** Ends an attempt that is under way, within two seconds; what it did so far is dropped. */
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
        if (!thread.join(LONGEST_STOP)) {
          LOG.warn("Fine-tuning does not stop; it ends with this process");
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
      LOG.info("Fine-tuning was ended; the weights stay as they are");
    } catch (TimeoutException e) {
      LOG.warn("Fine-tuning was given up, {}; the weights stay as they are", e.getMessage());
    } catch (IOException e) {
      LOG.warn("Better weights could not be saved; those before go on serving", e);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("Fine-tuning broke off; the weights stay as they are", e);
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
      var tuned = tuner.tune(serving.model(), plans.learned(), new BoundedPace(LONGEST));
      var candidate = contender(serving, Calibration.of(tuned, plans.heldOut()), plans);
      if (best.isEmpty() || candidate.error() < best.get().error()) {
        best = Optional.of(candidate);
        device = tuner.device();
      }
    }
    var after = best.orElseThrow(() -> new IllegalStateException("nothing to fit weights with"));
    counts.compared(before.error(), after.error(), device);
    boolean better = after.beats(before);
    LOG.info(
        "Weights fitted to {} statements on {}: error in log time {} on {} others, before {}; {}",
        plans.learned().size(),
        device,
        decimal(after.error()),
        plans.heldOut().size(),
        decimal(before.error()),
        better ? "they serve from now on" : "not surely better, so they are dropped");
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
