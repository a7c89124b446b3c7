// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.operator.learnerpod.LearnerImage;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.local.Manifests;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.runtime.Quarkus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the operator, with an API in this process or on a cluster. */
@Command(
    name = "run",
    description = {
      "Runs the operator. With --manifests it needs no Kubernetes: it manages the PgClusters of that"
          + " directory, with an API in its own process. With --kubeconfig, or in a pod, it uses"
          + " that cluster."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was stopped, or with --once nothing is left to do",
      "1:the command failed, or with --once an action failed",
      "2:the command line is wrong",
      "3:with --once, a cluster cannot be reached or is not ready",
      "8:the manifests cannot be read or are not valid",
      "9:--once took longer than --timeout"
    })
final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--manifests",
      paramLabel = "DIR",
      description =
          "Directory with manifests of PgClusters, TuningPolicies and Secrets, applied at start.")
  private @Nullable Path manifests;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Run against the cluster of this kubeconfig.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--once",
      description =
          "Exit when nothing is left to do: every cluster is inspected, learners in this process have"
              + " finished three rounds, and every action has ended or waits for a user or a window.")
  private boolean once;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "Time limit of --once. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Print one JSON object for each change, as docs/reference/run.md describes.")
  private boolean json;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "Port of /metrics and /q/health. Default: 8080 on a cluster, else a free one on"
              + " loopback.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--leader-election",
      negatable = true,
      description = "Act only while this process is the leader. Default: true in a pod.")
  private @Nullable Boolean leaderElection;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description =
          "Manage the resources of this namespace only; can be repeated. Default:"
              + " all namespaces.")
  private Set<String> namespaces = Set.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    var inProcess = kubeconfig == null && manifests != null;
    if (kubeconfig == null && manifests == null && !insidePod()) {
      throw new ParameterException(
          spec.commandLine(), "give --manifests DIR, or --kubeconfig FILE, or run it in a pod");
    }
    if (once && !namespaces.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--once looks at every namespace: leave out --namespace");
    }
    try (var api = inProcess ? InProcessApi.start() : null;
        var client = api == null ? realClient() : api.client()) {
      if (manifests != null) {
        Manifests.read(manifests).apply(client);
      }
      configureHttp(inProcess);
      var exit = new AtomicInteger();
      OperatorApp.prepare(
          new OperatorApp.Setup(
              client,
              new RunReport(spec.commandLine().getOut(), json, namespaces),
              // With the API in this process no pod can run.
              inProcess ? Optional.empty() : learnerImage(),
              leaderElection == null ? insidePod() : leaderElection,
              namespaces,
              once ? Duration.ofSeconds(timeoutSeconds) : null));
      Quarkus.run(OperatorApp.class, (code, _) -> exit.set(code == null ? 0 : code));
      return exit.get();
    }
  }

  private Optional<LearnerImage> learnerImage() {
    try {
      return LearnerImage.of(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private KubernetesClient realClient() throws Exception {
    Config config =
        kubeconfig == null
            ? new ConfigBuilder().build()
            : Config.fromKubeconfig(Files.readString(kubeconfig));
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private void configureHttp(boolean inProcess) {
    var port = httpPort == null ? (inProcess ? 0 : 8080) : httpPort;
    System.setProperty("quarkus.http.port", Integer.toString(port));
    System.setProperty("quarkus.http.host", inProcess ? "127.0.0.1" : "0.0.0.0");
  }

  private static boolean insidePod() {
    return System.getenv("KUBERNETES_SERVICE_HOST") != null;
  }
}
