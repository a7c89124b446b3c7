// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.finding.Finding;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All repairs there are. */
public final class Repairs {
  private static final Map<String, Repair> BY_TYPE =
      ServiceLoader.load(Repair.class, Repairs.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .collect(Collectors.toMap(Repair::type, r -> r, (a, _) -> a, TreeMap::new));

  private Repairs() {}

  public static Map<String, Repair> byType() {
    return Map.copyOf(BY_TYPE);
  }

  /** The plan of the repair that this finding names, if it names one. */
  public static Optional<RepairPlan> planFor(Finding finding) {
    return finding
        .repair()
        .flatMap(type -> Optional.ofNullable(BY_TYPE.get(type)))
        .flatMap(repair -> repair.plan(finding));
  }
}
