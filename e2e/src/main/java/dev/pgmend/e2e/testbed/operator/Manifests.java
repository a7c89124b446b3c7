// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The manifests that a user would keep in Git: the shop's server, and what pgmend may do to it. */
public final class Manifests {
  public static final String NAMESPACE = "default";
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
          tier: testbed
      spec:
        provider:
          connection:
            secretRef:
              name: shop-postgres
        databases:
          include: ["%s"]
      """;

  private static final String POLICY =
      """
      apiVersion: pgmend.dev/v1alpha1
      kind: TuningPolicy
      metadata:
        name: repair-automatically
        namespace: default
      spec:
        selector:
          matchLabels:
            tier: testbed
        mode: Auto
      """;

  private static final int SPEC_INDENT = 2;

  private Manifests() {}

  /**
   * Writes a Secret, a PgCluster and a TuningPolicy of mode Auto into a directory.
   *
   * @param clusterSpec further fields of the PgCluster's spec, as YAML
   * @param policySpec further fields of the TuningPolicy's spec, as YAML
   */
  public static void write(Path directory, Login login, String clusterSpec, String policySpec)
      throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("secret.yaml"),
        SECRET.formatted(
            login.host(), login.port(), login.database(), login.user(), login.password()));
    Files.writeString(
        directory.resolve("pgcluster.yaml"),
        CLUSTER.formatted(login.database()) + clusterSpec.indent(SPEC_INDENT));
    Files.writeString(
        directory.resolve("tuningpolicy.yaml"), POLICY + policySpec.indent(SPEC_INDENT));
  }
}
