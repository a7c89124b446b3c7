package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the operator is told to do in the gauntlet: everything, by itself, and soon. */
final class Manifests {
  static final String NAMESPACE = "default";

  private static final String TEXT =
      """
      apiVersion: pgmend.dev/v1alpha1
      kind: PgCluster
      metadata:
        name: shop
        namespace: default
      spec:
        provider:
          connection:
            secretRef:
              name: shop-postgres
        databases:
          include: ["%s"]
        inspectionInterval: %ds
      ---
      apiVersion: pgmend.dev/v1alpha1
      kind: TuningPolicy
      metadata:
        name: mend-everything
        namespace: default
      spec:
        selector: {}
        mode: Auto
        actions:
          TerminateBackend: Auto
          DropIndexConcurrently: Auto
          AlterSequenceType: Auto
          RefreshCollation: Auto
        thresholds: {%s}
        budget:
          perCluster: 3
          minFreeDiskPercent: 2
        verification:
          window: %ds
          maxRegressionPercent: %d
          rollback: true
      """;

  private Manifests() {}

  static void write(
      Path directory,
      Login login,
      Map<String, String> thresholds,
      Duration interval,
      Duration window,
      int maxRegressionPercent)
      throws IOException {
    Files.createDirectories(directory);
    dev.pgmend.e2e.testbed.operator.Manifests.writeSecret(directory, login);
    Files.writeString(
        directory.resolve("gauntlet.yaml"),
        TEXT.formatted(
            login.database(),
            interval.toSeconds(),
            inOneLine(thresholds),
            window.toSeconds(),
            maxRegressionPercent));
  }

  private static String inOneLine(Map<String, String> thresholds) {
    return new TreeMap<>(thresholds)
        .entrySet().stream()
            .map(entry -> "%s: \"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
  }
}
