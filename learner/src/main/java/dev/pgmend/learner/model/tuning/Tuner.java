package dev.pgmend.learner.model.tuning;

import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Fits copies of a latency model to plans that ran. */
public interface Tuner {
  /** Where it computes, such as {@code cpu} or {@code gpu(0)}. */
  String device();

  /**
   * A model fitted to the plans; the one that it begins from stays as it is. Its errors are not
   * known yet, see {@link Calibration}.
   *
   * @param plans at least one
   * @throws InterruptedException if the pace ends it
   * @throws TimeoutException likewise
   */
  LatencyModel tune(LatencyModel model, List<ObservedPlan> plans, Pace pace)
      throws InterruptedException, TimeoutException;
}
