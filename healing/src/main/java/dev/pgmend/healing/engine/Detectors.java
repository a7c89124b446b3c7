package dev.pgmend.healing.engine;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.finding.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** All detectors there are, by name. */
final class Detectors {
  static final List<Detector> ALL =
      ServiceLoader.load(Detector.class, Detectors.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(Detector::name))
          .toList();

  private Detectors() {}

  /** The one that makes such findings. */
  static Optional<Detector> of(Finding finding) {
    return ALL.stream().filter(detector -> detector.name().equals(finding.detector())).findFirst();
  }
}
