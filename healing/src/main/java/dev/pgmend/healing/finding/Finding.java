// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something that a detector saw.
 *
 * @param detector the detector's name, such as {@code IndexBloat}
 * @param summary one sentence with the numbers that matter
 * @param evidence the numbers, by name with their unit ({@code sizeBytes}, {@code savingPercent});
 *     sorted, so that equal findings print alike
 * @param repair type of the repair that fixes it, which takes its arguments from target and
 *     evidence; empty where no repair does
 */
public record Finding(
    String detector,
    Severity severity,
    Target target,
    String summary,
    Map<String, String> evidence,
    Optional<String> repair) {

  /**
   * Evidence: by how much longer statements may take after the repair, in percent, beyond what a
   * policy allows; where a right answer is worth more than a fast one.
   */
  public static final String ACCEPTED_SLOWDOWN_PERCENT = "acceptedSlowdownPercent";

  /** One that no repair fixes. */
  public Finding(
      String detector,
      Severity severity,
      Target target,
      String summary,
      Map<String, String> evidence) {
    this(detector, severity, target, summary, evidence, Optional.empty());
  }

  public Finding {
    evidence = Collections.unmodifiableMap(new TreeMap<>(evidence));
  }

  /** The same, fixed by a repair of this type. */
  public Finding fixedBy(String repairType) {
    return new Finding(detector, severity, target, summary, evidence, Optional.of(repairType));
  }

  /** The same, fixed by a repair of this type if the condition holds. */
  public Finding fixedBy(String repairType, boolean applies) {
    return applies ? fixedBy(repairType) : this;
  }

  /** Identifies a finding across inspections: its numbers change, its key does not. */
  public Key key() {
    return new Key(detector, target);
  }

  /** The identity of a finding over time. */
  public record Key(String detector, Target target) {}

  /** A number from the evidence; zero if it is not there. */
  public long evidenceLong(String name) {
    var text = evidence.get(name);
    return text == null ? 0 : Long.parseLong(text);
  }

  /** Whether the evidence of this name is {@code true}. */
  public boolean evidenceIsTrue(String name) {
    return Boolean.parseBoolean(evidence.get(name));
  }
}
