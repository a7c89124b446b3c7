// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.detect.Detectors;
import dev.pgmend.healing.finding.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the findings that cause other findings. For example, a forgotten transaction holds vacuum
 * back, dead rows pile up, and a table and its indexes bloat. Each finding has at most one nearest
 * cause, the worst of those that its detectors name. No finding causes itself.
 */
public final class RootCauses {
  private final Map<Finding.Key, Finding> causes = new HashMap<>();

  private RootCauses() {}

  /** Works them out among findings of one server. */
  public static RootCauses among(List<Finding> findings) {
    var result = new RootCauses();
    for (var effect : findings) {
      findings.stream()
          .filter(cause -> !cause.key().equals(effect.key()))
          .filter(cause -> Detectors.of(cause).filter(d -> d.causes(cause, effect)).isPresent())
          .filter(cause -> !result.chain(cause).contains(effect))
          .max((a, b) -> a.severity().compareTo(b.severity()))
          .ifPresent(cause -> result.causes.put(effect.key(), cause));
    }
    return result;
  }

  /** The nearest cause of a finding; empty if it is one of its own. */
  public Optional<Finding> of(Finding finding) {
    return Optional.ofNullable(causes.get(finding.key()));
  }

  /** From the root down to the finding itself. */
  public List<Finding> chain(Finding finding) {
    var chain = new ArrayList<Finding>();
    Optional<Finding> link = Optional.of(finding);
    while (link.isPresent()) {
      chain.addFirst(link.get());
      link = of(link.get());
    }
    return List.copyOf(chain);
  }
}
