// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.fitting.HeadTuner;
import dev.pgmend.learner.model.fitting.Tuner;
import dev.pgmend.learner.model.training.DjlTuner;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tuners that are available in this process. */
public final class Tuners {
  private static final Logger LOG = LoggerFactory.getLogger(Tuners.class);

  /**
   * With the default lambda this is the pull that works best in the tests, see
   * docs/concepts/latency-model.md.
   */
  private static final double PULL_PER_LAMBDA = 0.1 / 2000;

  private Tuners() {}

  /**
   * Returns the tuner of the output layer in plain Java, and DJL's for all weights if a GPU was
   * requested and is available. Missing libraries are logged.
   *
   * @param ewcLambda how strongly to keep the existing weights
   */
  public static List<Tuner> available(int ewcLambda, boolean gpu) {
    var head = new HeadTuner(ewcLambda * PULL_PER_LAMBDA);
    if (!gpu) {
      return List.of(head);
    }
    try {
      return DjlTuner.onGpu()
          .<List<Tuner>>map(djl -> List.of(head, djl))
          .orElseGet(() -> {
            LOG.warn(
                "PyTorch finds no GPU in this pod; only the output layer is fitted, on the CPU");
            return List.of(head);
          });
    } catch (LinkageError | RuntimeException e) {
      LOG.warn(
          "PyTorch's GPU libraries are missing in this image ({}); only the output layer is"
              + " fitted, on the CPU",
          e.toString());
      return List.of(head);
    }
  }
}
