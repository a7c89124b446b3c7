// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.operator.local.BadManifestsException;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.local.Manifests;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
  private static final String CLUSTER =
      """
      apiVersion: pgmend.dev/v1alpha1
      kind: PgCluster
      metadata: {name: shop}
      spec:
        provider: {connection: {secretRef: {name: shop}}}
      """;
  private static final String POLICY =
      """
      apiVersion: pgmend.dev/v1alpha1
      kind: TuningPolicy
      metadata: {name: nights, namespace: elsewhere}
      spec: {selector: {}, mode: Auto}
      """;
  private static final String SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: shop}
      stringData: {host: db, user: pgmend}
      """;

  @TempDir private Path directory;
  private InProcessApi api;
  private KubernetesClient client;

  @BeforeEach
  void startApi() {
    api = InProcessApi.start();
    client = api.client();
  }

  @AfterEach
  void stopApi() {
    client.close();
    api.close();
  }

  @Test
  void aDirectoryOfManifestsIsAppliedAsGitOpsWould() throws IOException {
    write("cluster.yaml", CLUSTER);
    write("policies/nights.yml", POLICY);
    write(
        "secret.json", "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"}}");
    write("README.md", "not a manifest: {");

    Manifests.read(directory).apply(client);

    assertThat(cluster().getSpec().provider().connection().secretRef().name()).isEqualTo("shop");
    var policy =
        client.resources(TuningPolicy.class).inNamespace("elsewhere").withName("nights").get();
    assertThat(policy.getSpec().mode()).isEqualTo(PolicyMode.Auto);
    assertThat(client.secrets().inNamespace(namespace()).withName("s").get()).isNotNull();
  }

  @Test
  void oneFileMayHoldSeveralAndEmptyDocumentsDoNotMatter() throws IOException {
    write("all.yaml", "---\n" + SECRET + "---\n---\n# nothing\n---\n" + CLUSTER + "---\n" + POLICY);

    Manifests.read(directory).apply(client);

    assertThat(cluster()).isNotNull();
    assertThat(client.secrets().inAnyNamespace().list().getItems()).hasSize(1);
    assertThat(client.resources(TuningPolicy.class).inAnyNamespace().list().getItems()).hasSize(1);
  }

  @Test
  void whatIsThereAlreadyIsBroughtToWhatTheManifestSays() throws IOException {
    write("cluster.yaml", CLUSTER);
    Manifests.read(directory).apply(client);
    var uid = cluster().getMetadata().getUid();

    write("cluster.yaml", CLUSTER + "  inspectionInterval: 1h\n");
    Manifests.read(directory).apply(client);

    assertThat(cluster().getSpec().inspectionInterval()).isEqualTo("1h");
    assertThat(cluster().getMetadata().getUid()).isEqualTo(uid);
  }

  @Test
  void whatIsNoDirectoryIsNamed() throws IOException {
    write("cluster.yaml", CLUSTER);

    refusedAs(directory.resolve("cluster.yaml"), "cluster.yaml is not a directory");
    refusedAs(directory.resolve("nowhere"), "nowhere is not a directory");
  }

  @Test
  void aDirectoryWithoutAClusterIsRefused() throws IOException {
    refusedAs(directory, "no PgCluster in " + directory);
    write("policy.yaml", POLICY);
    refusedAs(directory, "no PgCluster in " + directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: Deployment | bad.yaml holds a Deployment; --manifests takes [PgCluster, Secret, TuningPolicy]",
        "kind: pgcluster | bad.yaml holds a pgcluster",
        "apiVersion: v1 | bad.yaml holds a document without a kind",
        "'kind: ' | bad.yaml holds a document without a kind",
        "just a text | bad.yaml holds a document without a kind"
      })
  void whatPgmendDoesNotKnowIsRefusedByName(String yaml, String message) throws IOException {
    write("a.yaml", CLUSTER);
    write("bad.yaml", yaml);

    refusedAs(directory, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kind: [PgCluster",
        "kind: PgCluster\n\tmetadata: {}",
        "kind: {a: b",
        "kind: 'PgCluster",
        "{\"kind\": \"PgCluster\""
      })
  void whatIsNoYamlIsNamedByItsFile(String yaml) throws IOException {
    write("a.yaml", CLUSTER);
    write("bad.yaml", yaml);

    refusedAs(directory, directory.resolve("bad.yaml") + ": ");
  }

  @Test
  void aFieldOfTheWrongShapeInASecretIsNamedByItsFile() throws IOException {
    write("a.yaml", CLUSTER);
    write("bad.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: [a, b]\n");

    refusedAs(directory, directory.resolve("bad.yaml") + ": ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Secret", "PgCluster"})
  void aResourceWithoutANameIsNamedByItsFile(String kind) throws IOException {
    write("a.yaml", CLUSTER);
    write(
        "bad.yaml",
        kind.equals("Secret")
            ? "apiVersion: v1\nkind: Secret\nstringData: {host: db}\n"
            : CLUSTER.replace("metadata: {name: shop}", "metadata: {labels: {a: b}}"));

    refusedAs(directory, directory.resolve("bad.yaml") + ": ");
  }

  @Test
  void aFieldThatTheSchemaDoesNotKnowIsNamedWithItsFileAndResource() throws IOException {
    write("shop.yaml", CLUSTER.replace("secretRef", "secretref"));

    refusedAs(directory, directory.resolve("shop.yaml") + ": PgCluster shop: ", "secretref");
  }

  @Test
  void aSecondDocumentIsCheckedToo() throws IOException {
    write("shop.yaml", CLUSTER + "---\n" + POLICY.replace("Auto", "Automatic"));

    refusedAs(directory, "shop.yaml: TuningPolicy nights: ", "mode");
  }

  @Test
  void nothingIsAppliedWhereOneFileIsBad() throws IOException {
    write("a.yaml", CLUSTER);
    write("b.yaml", SECRET);
    write("z.yaml", POLICY.replace("mode", "mood"));

    assertThatThrownBy(() -> Manifests.read(directory).apply(client))
        .isInstanceOf(BadManifestsException.class);

    assertThat(client.resources(PgCluster.class).inAnyNamespace().list().getItems()).isEmpty();
    assertThat(client.secrets().inAnyNamespace().list().getItems()).isEmpty();
  }

  @Test
  void runTellsABadManifestInOneLineAndByAnExitCodeOfItsOwn() throws IOException {
    write("shop.yaml", CLUSTER.replace("secretRef", "secretref"));

    var run = Shell.pgmend("run", "--manifests", directory.toString(), "--once");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_MANIFESTS);
    assertThat(run.err().lines()).singleElement().asString().startsWith("pgmend: ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void runAsksForWhereToRun() {
    var run = Shell.pgmend("run");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--manifests DIR", "--kubeconfig FILE");
  }

  @Test
  void theExampleOfTheDocumentationIsValid() throws IOException {
    var documentation = Files.readString(Path.of("..", "docs", "reference", "run.md"));
    var begin = documentation.indexOf("```yaml") + "```yaml".length();
    write("example.yaml", documentation.substring(begin, documentation.indexOf("```", begin)));

    Manifests.read(directory).apply(client);

    assertThat(cluster().getSpec().provider().connection().diskCapacity()).isEqualTo("100Gi");
  }

  private static void refusedAs(Path read, String... parts) {
    assertThatThrownBy(() -> Manifests.read(read))
        .isInstanceOf(BadManifestsException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }

  private void write(String file, String text) throws IOException {
    var path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String namespace() {
    return client.getNamespace() == null ? "default" : client.getNamespace();
  }

  private PgCluster cluster() {
    return client.resources(PgCluster.class).inNamespace(namespace()).withName("shop").get();
  }
}
