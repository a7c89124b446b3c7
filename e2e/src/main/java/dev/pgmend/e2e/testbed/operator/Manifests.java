package dev.pgmend.e2e.testbed.operator;

import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a user would keep in Git: where the Postgres is, and what pgmend may do to it. */
public final class Manifests {
  public static final String SECRET_NAME = "shop-postgres";

  private static final String SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: shop-postgres
        namespace: default
      type: Opaque
      stringData:
        host: "%s"
        port: "%d"
        dbname: "%s"
        username: "%s"
        password: "%s"
      """;

  private static final String CLUSTER =
      """
      apiVersion: pgmend.dev/v1alpha1
      kind: PgCluster
      metadata:
        name: shop
        namespace: default
        labels:
          tier: demo
      spec:
        provider:
          connection:
            secretRef:
              name: shop-postgres
        databases:
          include: ["%s"]
        inspectionInterval: 10s
        learner:
          enabled: true
          samplingInterval: 2s
      """;

  /** The disk's reserve is small, since this one belongs to whoever tries the demo. */
  private static final String POLICY =
      """
      apiVersion: pgmend.dev/v1alpha1
      kind: TuningPolicy
      metadata:
        name: mend-by-itself
        namespace: default
      spec:
        selector:
          matchLabels:
            tier: demo
        mode: Auto
        budget:
          minFreeDiskPercent: 2
        verification:
          window: %ds
          maxRegressionPercent: 10
          rollback: true
      """;

  private Manifests() {}

  /**
   * Writes the manifests into a directory.
   *
   * @param window how long the workload is measured before an action and after it
   */
  public static void write(Path directory, Login login, Duration window) throws IOException {
    Files.createDirectories(directory);
    writeSecret(directory, login);
    Files.writeString(directory.resolve("pgcluster.yaml"), CLUSTER.formatted(login.database()));
    Files.writeString(directory.resolve("tuningpolicy.yaml"), POLICY.formatted(window.toSeconds()));
  }

  /** Writes the Secret {@code shop-postgres} alone. */
  public static void writeSecret(Path directory, Login login) throws IOException {
    Files.writeString(
        directory.resolve("secret.yaml"),
        SECRET.formatted(
            login.host(), login.port(), login.database(), login.user(), login.password()));
  }
}
