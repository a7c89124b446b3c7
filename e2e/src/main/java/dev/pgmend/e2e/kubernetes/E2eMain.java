// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pgmend.e2e.image.Base;
import dev.pgmend.e2e.image.ImagesMain;
import dev.pgmend.e2e.kubernetes.cluster.GivenCluster;
import dev.pgmend.e2e.kubernetes.cluster.K3sCluster;
import dev.pgmend.e2e.kubernetes.cluster.TestCluster;
import dev.pgmend.e2e.kubernetes.scene.Console;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Settings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pgmend e2e}. */
@Command(
    name = "pgmend e2e",
    description = {
      "Tests the images and the chart on a cluster: installs the operator, starts a Postgres with"
          + " a workload, injects faults, waits for their repair, kills the operator during a"
          + " rebuild, and uninstalls everything.",
      "Without --kubeconfig it starts a K3s in Docker. Without Docker the test is skipped."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every stage passed, or the test was skipped because there is no cluster",
      "1:a stage failed; the last lines show the reason and the directory of the logs",
      "2:the command line is wrong"
    })
public final class E2eMain implements Callable<Integer> {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "The cluster. The test creates the namespaces %s and %s there and removes them.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--load",
      paramLabel = "COMMAND",
      split = " ",
      description =
          "Loads an archive, its last argument, onto the nodes: \"kind load image-archive\".")
  private List<String> load = List.of();

  @Option(
      names = "--base",
      paramLabel = "IMAGE|tar://FILE",
      defaultValue = ImagesMain.DEFAULT_BASE,
      description = "What the images are built on. Default: ${DEFAULT-VALUE}.")
  private String base = ImagesMain.DEFAULT_BASE;

  @Option(
      names = "--postgres",
      paramLabel = "IMAGE|tar://FILE",
      defaultValue = "postgres:17",
      description =
          "The Postgres: an image that the cluster pulls, or an archive of a Debian with a Postgres"
              + " package. Default: ${DEFAULT-VALUE}.")
  private String postgres = "postgres:17";

  @Option(
      names = "--cluster-wide",
      description =
          "Let the operator manage every namespace, which is the chart's default. Omit it on a"
              + " cluster that others use.")
  private boolean clusterWide;

  @Option(
      names = "--artifacts",
      paramLabel = "DIR",
      description =
          "Directory for logs and resources after a failure. Default: target/e2e of the checkout.")
  private @Nullable Path artifacts;

  @Option(names = "--keep", description = "Leave everything in place at the end.")
  private boolean keep;

  @Option(names = "--json", description = "Print one JSON object per line; the last is the result.")
  private boolean json;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs the command and exits. */
  public static void main(String... args) {
    System.exit(new CommandLine(new E2eMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var settings = settings();
    var console = new Console(spec.commandLine().getOut(), json, InstantSource.system());
    if (kubeconfig == null && !K3sCluster.isPossible()) {
      console.note(
          "skipped: --kubeconfig is not set, and there is no Docker engine to start a K3s");
      return CommandLine.ExitCode.OK;
    }
    TestCluster given;
    try {
      given = cluster(settings);
    } catch (IOException e) {
      var why = String.valueOf(e.getMessage());
      console.result(
          false, JsonNodeFactory.instance.objectNode().put("reason", why), "failed: " + why);
      return CommandLine.ExitCode.SOFTWARE;
    }
    try (var cluster = given;
        var client =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig())))
                .build();
        var scene = new Scene(settings, cluster, client, console)) {
      console.note(
          "on %s, Kubernetes %s"
              .formatted(cluster.description(), client.getKubernetesVersion().getGitVersion()));
      return new E2e(scene).run(E2e.stages())
          ? CommandLine.ExitCode.OK
          : CommandLine.ExitCode.SOFTWARE;
    }
  }

  private Settings settings() {
    var home = Path.of(System.getProperty(ImagesMain.HOME, ".")).toAbsolutePath();
    return new Settings(
        home,
        parse(base),
        parse(postgres),
        clusterWide,
        keep,
        artifacts == null ? home.resolve("target/e2e") : artifacts);
  }

  private TestCluster cluster(Settings settings) throws IOException, InterruptedException {
    return kubeconfig == null
        ? K3sCluster.start(settings.artifacts())
        : new GivenCluster(kubeconfig, load);
  }

  private Base parse(String text) {
    try {
      return Base.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
