package dev.pgmend.healing.finding;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that a detector saw.
 *
 * @param detector the detector's name, such as {@code IndexBloat}
 * @param summary one sentence with the numbers that matter
 * @param evidence the numbers, by name with their unit ({@code sizeBytes}, {@code savingPercent});
 *     sorted, so that equal findings print alike
 */
public record Finding(
    String detector,
    Severity severity,
    Target target,
    String summary,
    Map<String, String> evidence) {

  /**
   * Evidence: by how much longer statements may take after the repair, in percent, beyond what a
   * policy puts up with; where a right answer is worth more than a fast one.
   */
  public static final String ACCEPTED_SLOWDOWN_PERCENT = "acceptedSlowdownPercent";

  public Finding {
    evidence = Collections.unmodifiableMap(new TreeMap<>(evidence));
  }

  /** What makes two sightings the same finding: numbers change, these do not. */
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
}
