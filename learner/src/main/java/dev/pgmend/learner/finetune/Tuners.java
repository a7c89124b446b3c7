package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.training.DjlTuner;
import dev.pgmend.learner.model.tuning.HeadTuner;
import dev.pgmend.learner.model.tuning.Tuner;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is here to fit weights with. */
public final class Tuners {
  private static final Logger LOG = LoggerFactory.getLogger(Tuners.class);

  /**
   * The pull that does best on clusters of the tests, see docs/concepts/latency-model.md, at the
   * default.
   */
  private static final double PULL_PER_LAMBDA = 0.1 / 2000;

  private Tuners() {}

  /**
   * The output layer's, in plain Java; and DJL's for all weights where a GPU was asked for and is
   * there. What can't be loaded is told and done without.
   *
   * @param ewcLambda how strongly to hold on to the weights that there are
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
                "PyTorch sees no GPU in this pod: only the output layer is fitted, on the CPU");
            return List.of(head);
          });
    } catch (LinkageError | RuntimeException e) {
      LOG.warn(
          "PyTorch's libraries for a GPU are not in this image ({}): only the output layer is"
              + " fitted, on the CPU",
          e.toString());
      return List.of(head);
    }
  }
}
