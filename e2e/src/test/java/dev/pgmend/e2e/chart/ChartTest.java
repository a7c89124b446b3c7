// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import dev.pgmend.e2e.image.Build;
import dev.pgmend.e2e.image.Images;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The resources that Helm renders from the chart. */
class ChartTest {
  private static final String EVERYTHING =
      """
      image: {repository: registry.example/db/operator, tag: "1.2", digest: ""}
      imagePullSecrets: [{name: registry}]
      learner: {image: {digest: "sha256:%s", pullPolicy: Always}}
      fullnameOverride: caretaker
      watchNamespaces: [shop, bank]
      replicas: 2
      javaOptions: -Xlog:gc
      extraEnv: [{name: TZ, value: Europe/Vienna}]
      extraArgs: [--json]
      serviceAccount: {annotations: {cloud.example/role: pgmend}}
      metrics:
        service: {annotations: {a: b}}
        serviceMonitor: {enabled: true, interval: 10s, labels: {release: prometheus}}
      podDisruptionBudget: {enabled: true, minAvailable: 50%%}
      networkPolicy: {enabled: true, metricsFrom: [{namespaceSelector: {}}], egress: [{ports: [{port: 5432}]}]}
      podAnnotations: {x: z}
      podLabels: {team: databases}
      nodeSelector: {disk: ssd}
      tolerations: [{operator: Exists}]
      affinity: {nodeAffinity: {}}
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]
      priorityClassName: high
      podSecurityContext: {runAsUser: null, runAsGroup: null}
      """
          .formatted("0".repeat(64));

  @Test
  void passesHelmLint() {
    var lint = new Helm(Chart.FOLDER).lint().strict().call();
    assertThat(lint.isFailed()).as(lint.getMessages().toString()).isFalse();
  }

  @Test
  void managesEveryNamespaceByDefault() {
    var chart = Chart.render("{}");
    assertThat(chart.resources())
        .extracting(HasMetadata::getKind)
        .containsExactlyInAnyOrder(
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "ClusterRole",
            "ClusterRole",
            "ClusterRole",
            "Role",
            "Role",
            "RoleBinding",
            "RoleBinding",
            "Deployment",
            "Service");
    var deployment = chart.only(Deployment.class);
    assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
    assertThat(operator(chart).getImage())
        .isEqualTo("%s/operator:%s".formatted(Images.REPOSITORY, Build.version()));
    assertThat(operator(chart).getArgs()).containsExactly("run", "--leader-election");
    assertThat(chart.only(ClusterRoleBinding.class).getSubjects())
        .singleElement()
        .satisfies(subject -> {
          assertThat(subject.getName()).isEqualTo(account(chart));
          assertThat(subject.getNamespace()).isEqualTo(Chart.NAMESPACE);
        });
  }

  @Test
  void operatorMeetsTheRestrictedPodSecurityStandard() {
    for (var values : List.of("{}", EVERYTHING)) {
      var chart = Chart.render(values);
      assertThat(pod(chart).getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod(chart).getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      var security = operator(chart).getSecurityContext();
      assertThat(security.getAllowPrivilegeEscalation()).isFalse();
      assertThat(security.getReadOnlyRootFilesystem()).isTrue();
      assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(pod(chart).getVolumes())
          .singleElement()
          .satisfies(volume -> assertThat(volume.getEmptyDir()).isNotNull());
    }
  }

  @Test
  void letsOpenShiftChooseTheUser() {
    var security = pod(Chart.render(EVERYTHING)).getSecurityContext();
    assertThat(security.getRunAsUser()).isNull();
    assertThat(pod(Chart.render("{}")).getSecurityContext().getRunAsUser()).isEqualTo(10001);
  }

  @Test
  void replacesTheOperatorWithoutDeadlock() {
    var rolling =
        Chart.render("{}").only(Deployment.class).getSpec().getStrategy().getRollingUpdate();
    assertThat(rolling.getMaxSurge().getIntVal()).isZero();
    assertThat(rolling.getMaxUnavailable().getIntVal()).isEqualTo(1);
  }

  @Test
  void probesUseTheOperatorsEndpoints() {
    var operator = operator(Chart.render("{}"));
    assertThat(operator.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
    assertThat(operator.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/q/health/ready");
    assertThat(operator.getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getContainerPort()).isEqualTo(8080));
  }

  @Test
  void rendersEveryValue() {
    var chart = Chart.render(EVERYTHING);
    var operator = operator(chart);
    assertThat(operator.getImage()).isEqualTo("registry.example/db/operator:1.2");
    assertThat(operator.getArgs())
        .containsExactly(
            "run", "--leader-election", "--namespace=shop", "--namespace=bank", "--json");
    assertThat(value(operator, "PGMEND_LEARNER_IMAGE"))
        .isEqualTo(Images.REPOSITORY + "/learner@sha256:" + "0".repeat(64));
    assertThat(value(operator, "PGMEND_LEARNER_IMAGE_PULL_POLICY")).isEqualTo("Always");
    assertThat(value(operator, "PGMEND_LEARNER_IMAGE_PULL_SECRETS")).isEqualTo("registry");
    assertThat(value(operator, "JAVA_TOOL_OPTIONS")).isEqualTo("-Xlog:gc");
    assertThat(value(operator, "TZ")).isEqualTo("Europe/Vienna");
    var pod = pod(chart);
    assertThat(pod.getPriorityClassName()).isEqualTo("high");
    assertThat(pod.getNodeSelector()).containsEntry("disk", "ssd");
    assertThat(pod.getTolerations()).hasSize(1);
    assertThat(pod.getTopologySpreadConstraints()).hasSize(1);
    assertThat(pod.getImagePullSecrets()).hasSize(1);
    assertThat(pod.getAffinity().getNodeAffinity()).isNotNull();
    var template = chart.only(Deployment.class).getSpec().getTemplate().getMetadata();
    assertThat(template.getLabels()).containsEntry("team", "databases");
    assertThat(template.getAnnotations()).containsEntry("x", "z");
    assertThat(chart.only(ServiceAccount.class).getMetadata().getAnnotations())
        .containsEntry("cloud.example/role", "pgmend");
    assertThat(chart.only(Service.class).getMetadata().getAnnotations()).containsEntry("a", "b");
    assertThat(chart.only(NetworkPolicy.class).getSpec().getEgress()).hasSize(1);
    assertThat(chart.all(GenericKubernetesResource.class))
        .singleElement()
        .satisfies(monitor -> {
          assertThat(monitor.getKind()).isEqualTo("ServiceMonitor");
          assertThat(monitor.getMetadata().getLabels()).containsEntry("release", "prometheus");
        });
  }

  @Test
  void watchNamespacesRestrictTheOperatorsRights() {
    var chart = Chart.render("watchNamespaces: [shop, bank]");
    assertThat(chart.all(ClusterRoleBinding.class)).isEmpty();
    assertThat(chart.clusterRole("databases-pgmend")).isEmpty();
    assertThat(chart.all(Role.class))
        .extracting(role -> role.getMetadata().getNamespace())
        .containsExactlyInAnyOrder("shop", "bank", Chart.NAMESPACE, Chart.NAMESPACE);
    assertThat(chart.all(RoleBinding.class))
        .hasSize(4)
        .allSatisfy(binding ->
            assertThat(binding.getSubjects().getFirst().getName()).isEqualTo(account(chart)));
    assertThat(chart.all(Role.class).getFirst().getRules())
        .isEqualTo(Chart.render("{}").operatorRules());
  }

  @Test
  void usesAnExistingServiceAccount() {
    var chart = Chart.render("serviceAccount: {create: false, name: mine}");
    assertThat(chart.all(ServiceAccount.class)).isEmpty();
    assertThat(account(chart)).isEqualTo("mine");
    assertThatThrownBy(() -> Chart.render("serviceAccount: {create: false}"))
        .hasMessageContaining("give serviceAccount.name, an account that exists");
  }

  @ParameterizedTest
  @CsvSource({"1.20.2, policy/v1beta1", "1.34.0, policy/v1"})
  void disruptionBudgetUsesTheClustersApiVersion(String kubernetes, String version) {
    var chart = Chart.render("podDisruptionBudget: {enabled: true}", kubernetes);
    assertThat(chart.resources())
        .filteredOn(resource -> resource.getKind().equals("PodDisruptionBudget"))
        .extracting(HasMetadata::getApiVersion)
        .containsExactly(version);
  }

  @Test
  void refusesAClusterThatIsTooOld() {
    assertThatThrownBy(() -> Chart.render("{}", "1.19.0"))
        .hasMessageContaining("incompatible with Kubernetes v1.19.0");
  }

  @Test
  void refusesAMonitorWithoutItsService() {
    assertThatThrownBy(() ->
            Chart.render("metrics: {service: {enabled: false}, serviceMonitor: {enabled: true}}"))
        .hasMessageContaining("needs metrics.service.enabled");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "imagee: {}                          | imagee",
        "image: {tagg: x}                    | tagg",
        "image: {repository: ''}             | repository",
        "image: {digest: 'md5:1'}            | digest",
        "image: {pullPolicy: Sometimes}      | pullPolicy",
        "replicas: two                       | replicas",
        "replicas: -1                        | replicas",
        "watchNamespaces: shop               | watchNamespaces",
        "watchNamespaces: [Shop]             | watchNamespaces",
        "resources: {limits: {memory: much}} | memory",
        "metrics: {service: {port: 0}}       | port",
        "podSecurityContext: {runAsUser: 0}  | runAsUser",
        "extraEnv: [{value: x}]              | extraEnv",
        "leaderElection: {enabled: 'yes'}    | leaderElection",
        "learner: {enabled: true}            | enabled",
      })
  void refusesAWrongValueByName(String values, String named) {
    assertThatThrownBy(() -> Chart.render(values))
        .hasMessageContaining("values don't meet the specifications of the schema")
        .hasMessageContaining(named);
  }

  @Test
  void acceptsNumbersAsQuantities() {
    var limits =
        operator(Chart.render("resources: {limits: {cpu: 1, memory: 1Gi}}")).getResources();
    assertThat(limits.getLimits().get("cpu").getAmount()).isEqualTo("1");
  }

  private static PodSpec pod(Chart chart) {
    return chart.only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static Container operator(Chart chart) {
    assertThat(pod(chart).getContainers()).hasSize(1);
    return pod(chart).getContainers().getFirst();
  }

  private static String account(Chart chart) {
    return pod(chart).getServiceAccountName();
  }

  private static String value(Container container, String variable) {
    return container.getEnv().stream()
        .filter(env -> env.getName().equals(variable))
        .map(EnvVar::getValue)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("(not set)");
  }
}
