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

/** The operator: against an API in this process, or a real cluster. */
@Command(
    name = "run",
    description = {
      "Runs the operator. With --manifests it needs no Kubernetes: it takes care of the PgClusters"
          + " in that directory by an API in its own process. With --kubeconfig, or inside a pod,"
          + " it runs against that cluster."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was stopped, or with --once nothing is left to do",
      "1:it broke off, or with --once an action failed",
      "2:the command line is wrong",
      "3:with --once, a cluster can't be reached or is not ready",
      "8:the manifests can't be read or are not valid",
      "9:--once took longer than --timeout"
    })
final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--manifests",
      paramLabel = "DIR",
      description =
          "Directory with PgCluster, TuningPolicy and Secret manifests, applied at start.")
  private @Nullable Path manifests;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Run against the cluster of this kubeconfig.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--once",
      description =
          "Exit when nothing is left to do: all is inspected, learners in this process have looked"
              + " three times, and every action has ended or waits for a person or a window.")
  private boolean once;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "With --once, the longest it may take. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Prints one JSON object per change, as docs/reference/run.md describes them.")
  private boolean json;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "Port of /metrics and /q/health. Default: 8080 against a cluster, else a free one on"
              + " loopback.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--leader-election",
      negatable = true,
      description = "Act only while leader. Default: in a pod, since a new one may start early.")
  private @Nullable Boolean leaderElection;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description =
          "Look after the resources of this namespace only; may be given several times. Default:"
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
              // By an API in this process no pod can run.
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
