// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import dev.pgmend.healing.finding.Finding;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All detectors there are, by name, with the thresholds that they declare. */
public final class Detectors {
  private static final List<Detector> ALL =
      ServiceLoader.load(Detector.class, Detectors.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(Detector::name))
          .toList();

  private static final Map<String, Threshold<?>> THRESHOLDS =
      ALL.stream()
          .flatMap(detector -> detector.documentation().thresholds().stream())
          .collect(Collectors.toMap(Threshold::key, t -> t, (a, _) -> a, TreeMap::new));

  private Detectors() {}

  /** Sorted by name. */
  public static List<Detector> all() {
    return ALL;
  }

  /** The one that makes such findings. */
  public static Optional<Detector> of(Finding finding) {
    return ALL.stream().filter(detector -> detector.name().equals(finding.detector())).findFirst();
  }

  /** A threshold by its key, such as {@code IndexBloat.minSaving}. */
  static Optional<Threshold<?>> threshold(String key) {
    return Optional.ofNullable(THRESHOLDS.get(key));
  }

  /** The keys of all thresholds, sorted. */
  static Collection<String> thresholdKeys() {
    return List.copyOf(THRESHOLDS.keySet());
  }
}
