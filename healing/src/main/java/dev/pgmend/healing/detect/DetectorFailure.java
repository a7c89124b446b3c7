// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reports objects that a detector could not inspect, as findings about the detector. */
public final class DetectorFailure {
  /** The name of such findings. */
  public static final String NAME = "DetectorFailed";

  private static final String DETECTOR = "detector";

  private DetectorFailure() {}

  /**
   * @param target what was not inspected
   * @param why and what would help
   */
  public static Finding of(String detector, Target target, String why) {
    return new Finding(
        NAME,
        Severity.INFO,
        target,
        "%s could not inspect it: %s".formatted(detector, why),
        Map.of(DETECTOR, detector));
  }

  public static Finding locked(String detector, Target target) {
    return of(detector, target, "%s is locked by another session".formatted(target));
  }

  /**
   * A relation that is not read, since that might run code with our rights.
   *
   * @param code the function, and whose it is
   */
  public static Finding untrusted(String detector, Target target, String code) {
    return of(
        detector,
        target,
        "reading %s might run %s, a role that pgmend does not trust".formatted(target, code));
  }

  /**
   * Picks the one known from what its detector finds now; empty if it is gone.
   *
   * @throws InspectionException if it is missing because its target could not be inspected
   */
  public static Optional<Finding> again(Finding known, List<Finding> now)
      throws InspectionException {
    var still = now.stream().filter(finding -> finding.key().equals(known.key())).findFirst();
    var unseen =
        now.stream()
            .filter(finding -> !detectorOf(finding).isEmpty())
            .filter(finding -> finding.target().sharesRelationWith(known.target()))
            .findFirst();
    if (still.isEmpty() && unseen.isPresent()) {
      throw new InspectionException(unseen.get().summary());
    }
    return still;
  }

  /** The detector that failed; empty if the finding is of another kind. */
  public static String detectorOf(Finding finding) {
    return finding.detector().equals(NAME) ? finding.evidence().getOrDefault(DETECTOR, "") : "";
  }
}
