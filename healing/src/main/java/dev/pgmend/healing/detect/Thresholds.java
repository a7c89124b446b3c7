// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The values that a policy or a command line gives thresholds, by {@link Threshold#key()}; every
 * other threshold has its default.
 */
public record Thresholds(Map<String, String> settings) {
  public static final Thresholds DEFAULTS = new Thresholds(Map.of());

  /**
   * Every name and value is checked.
   *
   * @throws IllegalArgumentException with a sentence for each that is wrong
   */
  public Thresholds {
    settings = Map.copyOf(settings);
    var problems = problems(settings);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** The valid ones of these settings; thresholds with an invalid value keep their default. */
  public static Thresholds ofValid(Map<String, String> settings) {
    var valid = new TreeMap<String, String>();
    settings.forEach((name, value) -> {
      if (problem(name, value).isEmpty()) {
        valid.put(name, value);
      }
    });
    return new Thresholds(valid);
  }

  /** A sentence for each setting whose name or value is wrong, by name; empty if all are good. */
  public static List<String> problems(Map<String, String> settings) {
    var problems = new ArrayList<String>();
    new TreeMap<>(settings).forEach((name, value) -> problem(name, value).ifPresent(problems::add));
    return List.copyOf(problems);
  }

  private static Optional<String> problem(String name, String value) {
    var threshold = Detectors.threshold(name);
    if (threshold.isEmpty()) {
      return Optional.of(
          "no threshold %s%s"
              .formatted(
                  name,
                  NearestName.of(name, Detectors.thresholdKeys())
                      .map(nearest -> "; did you mean %s?".formatted(nearest))
                      .orElse("; thresholds are written Detector.name")));
    }
    try {
      threshold.get().parse(value);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The value of a threshold: the one that was set, or the default. */
  public <T> T get(Threshold<T> threshold) {
    var text = settings.get(threshold.key());
    return text == null ? threshold.byDefault() : threshold.parse(text);
  }
}
