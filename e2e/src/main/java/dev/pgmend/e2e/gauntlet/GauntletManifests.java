// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.operator.Manifests;
import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The manifests of the gauntlet: every repair runs automatically, after a short measurement. */
final class GauntletManifests {
  private static final String CLUSTER_SPEC = "inspectionInterval: %ds";

  private static final String POLICY_SPEC =
      """
      actions:
        TerminateBackend: Auto
        DropIndexConcurrently: Auto
        AlterSequenceType: Auto
        RefreshCollation: Auto
      thresholds: {%s}
      parameters:
        pinned: {%s}
      budget:
        perCluster: 3
        minFreeDiskPercent: 2
      verification:
        window: %ds
        maxRegressionPercent: %d
        rollback: true
      """;

  private GauntletManifests() {}

  static void write(
      Path directory,
      Login login,
      Map<String, String> thresholds,
      Map<String, String> pinned,
      Duration interval,
      Duration window,
      int maxRegressionPercent)
      throws IOException {
    Manifests.write(
        directory,
        login,
        CLUSTER_SPEC.formatted(interval.toSeconds()),
        POLICY_SPEC.formatted(
            inOneLine(thresholds), inOneLine(pinned), window.toSeconds(), maxRegressionPercent));
  }

  private static String inOneLine(Map<String, String> values) {
    return new TreeMap<>(values)
        .entrySet().stream()
            .map(entry -> "%s: \"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
  }
}
