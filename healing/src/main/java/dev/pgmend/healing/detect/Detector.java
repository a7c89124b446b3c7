// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import dev.pgmend.healing.finding.Finding;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Finds one kind of fault. Implementations are found by {@link java.util.ServiceLoader}, hold no
 * state, take no lock stronger than ACCESS SHARE, and never look at system or extension-owned
 * objects.
 */
public interface Detector {
  /** The name of what it finds, as it stands in findings and policies. */
  String name();

  /** Declares its findings: thresholds, evidence, repairs and the page about them. */
  FindingDoc documentation();

  default Scope scope() {
    return Scope.DATABASE;
  }

  /**
   * @throws SQLException if the server refuses; the inspection reports it as a finding about this
   *     detector, and the other detectors run
   * @throws InspectionException if something else stopped it, likewise
   */
  List<Finding> detect(Inspection inspection) throws SQLException, InspectionException;

  /**
   * Whether a finding that is known from elsewhere or earlier still stands.
   *
   * @return it, with its numbers as they are now; empty if it is gone
   * @throws SQLException if the server refuses
   * @throws InspectionException if the target could not be inspected
   */
  default Optional<Finding> lookAgain(Inspection inspection, Finding known)
      throws SQLException, InspectionException {
    return DetectorFailure.again(known, detect(inspection));
  }

  /**
   * Whether a finding of this detector is the cause of another one, of whichever detector:
   * repairing the cause comes first, and may fix both.
   */
  default boolean causes(Finding own, Finding other) {
    return false;
  }
}
