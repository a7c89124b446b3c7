// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.api.v1alpha1.Resources;
import dev.pgmend.api.v1alpha1.SecretRef;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerObjectsTest {
  private static final LearnerImage IMAGE =
      new LearnerImage("registry.example/learner:1", Optional.of("IfNotPresent"), List.of("pull"));
  private static final String SERVICE_NAME = "[a-z]([-a-z0-9]*[a-z0-9])?";

  @Test
  void everyPartBelongsToItsClusterAndBearsItsName() {
    var cluster = cluster(learner());

    assertThat(all(LearnerObjects.of(cluster, IMAGE, "7")))
        .extracting(HasMetadata::getKind)
        .containsExactly("ServiceAccount", "Role", "RoleBinding", "Service", "StatefulSet");
    assertThat(all(LearnerObjects.of(cluster, IMAGE, "7")))
        .allSatisfy(part -> {
          assertThat(part.getMetadata().getName()).isEqualTo("shop-learner");
          assertThat(part.getMetadata().getNamespace()).isEqualTo("team-a");
          assertThat(part.getMetadata().getLabels())
              .containsEntry("app.kubernetes.io/name", "pgmend-learner")
              .containsEntry("app.kubernetes.io/instance", "shop-learner")
              .containsEntry("app.kubernetes.io/managed-by", "pgmend")
              .containsEntry("pgmend.dev/cluster", "shop");
          assertThat(part.getMetadata().getOwnerReferences())
              .singleElement()
              .satisfies(owner -> {
                assertThat(owner.getKind()).isEqualTo("PgCluster");
                assertThat(owner.getUid()).isEqualTo("uid-of-shop");
                assertThat(owner.getController()).isTrue();
              });
        });
  }

  @Test
  void theLearnerMayProposeAndSeeActionsAndNothingElse() {
    assertThat(part(Role.class).getRules())
        .singleElement()
        .satisfies(rule -> {
          assertThat(rule.getApiGroups()).containsExactly("pgmend.dev");
          assertThat(rule.getResources()).containsExactly("healingactions");
          assertThat(rule.getVerbs()).containsExactlyInAnyOrder("create", "get", "list", "watch");
        });
    var binding = part(RoleBinding.class);
    assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
    assertThat(binding.getRoleRef().getName()).isEqualTo("shop-learner");
    assertThat(binding.getSubjects())
        .singleElement()
        .satisfies(subject -> {
          assertThat(subject.getKind()).isEqualTo("ServiceAccount");
          assertThat(subject.getName()).isEqualTo("shop-learner");
          assertThat(subject.getNamespace()).isEqualTo("team-a");
        });
    assertThat(pod(learner()).getServiceAccountName()).isEqualTo("shop-learner");
  }

  @Test
  void theServiceFindsThePodAndNoOther() {
    var service = part(Service.class).getSpec();
    var pods = pods(cluster(learner())).getSpec();

    assertThat(service.getClusterIP()).isEqualTo("None");
    assertThat(service.getPorts().getFirst().getPort()).isEqualTo(8080);
    assertThat(service.getSelector()).isEqualTo(pods.getSelector().getMatchLabels());
    assertThat(pods.getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(service.getSelector());
    assertThat(pods.getServiceName()).isEqualTo("shop-learner");
  }

  @Test
  void environmentConfiguresThePod() {
    assertThat(environment(learner()))
        .containsOnly(
            entry("PGMEND_CLUSTER", "shop"),
            entry("PGMEND_NAMESPACE", "team-a"),
            entry("PGMEND_CLUSTER_UID", "uid-of-shop"),
            entry("PGMEND_LEARNER_SPEC", "{\"enabled\":true}"),
            entry("PGMEND_DATABASES", "{\"include\":[\"shop\",\"a$$(b)\"]}"),
            entry("PGMEND_CONNECTION_DIR", "/etc/pgmend/connection"),
            entry("PGMEND_STATE_DIR", "/var/lib/pgmend"));
  }

  @Test
  void pyTorchWritesOnlyWhereThePodMayAndFetchesNothing() {
    var spec =
        new LearnerSpec(
            true, null, new LearnerSpec.Gpu(true, null, null), null, null, null, null, null);
    assertThat(environment(spec))
        .contains(
            entry("DJL_CACHE_DIR", "/tmp"),
            entry("ENGINE_CACHE_DIR", "/tmp"),
            entry("DJL_OFFLINE", "true"),
            entry("OPT_OUT_TRACKING", "true"),
            entry("OMP_NUM_THREADS", "1"));
    assertThat(pod(spec).getContainers().getFirst().getVolumeMounts())
        .anyMatch(mount -> mount.getMountPath().equals("/tmp") && mount.getReadOnly() == null);
  }

  @Test
  void theSpecThatThePodReadsIsTheOneThatTheUserWrote() {
    var spec = sized(new Resources(Map.of("cpu", "1"), Map.of()), "20Gi", "fast");

    assertThat(
            Serialization.unmarshal(
                environment(spec).get("PGMEND_LEARNER_SPEC"), LearnerSpec.class))
        .isEqualTo(spec);
  }

  @Test
  void thePodRunsWithoutAnyPrivilege() {
    var security = pod(learner()).getSecurityContext();
    assertThat(security.getRunAsNonRoot()).isTrue();
    assertThat(List.of(security.getRunAsUser(), security.getRunAsGroup(), security.getFsGroup()))
        .containsOnly(10_001L);
    assertThat(security.getFsGroupChangePolicy()).isEqualTo("OnRootMismatch");
    assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    var container = container(learner()).getSecurityContext();
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getPrivileged()).isNull();
  }

  @Test
  void pullsTheImageAsConfigured() {
    assertThat(container(learner()).getImage()).isEqualTo("registry.example/learner:1");
    assertThat(container(learner()).getImagePullPolicy()).isEqualTo("IfNotPresent");
    assertThat(pod(learner()).getImagePullSecrets())
        .extracting(secret -> secret.getName())
        .containsExactly("pull");
  }

  @Test
  void kubernetesAsksItHowItIs() {
    var container = container(learner());

    assertThat(container.getPorts()).extracting(port -> port.getContainerPort()).containsOnly(8080);
    assertThat(
            Stream.of(
                    container.getStartupProbe(),
                    container.getLivenessProbe(),
                    container.getReadinessProbe())
                .map(probe -> probe.getHttpGet().getPath()))
        .containsExactly("/q/health/started", "/q/health/live", "/q/health/ready");
    assertThat(pods(cluster(learner())).getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("prometheus.io/scrape", "true")
        .containsEntry("prometheus.io/port", "8080");
  }

  @Test
  void itKeepsItsStateOnAVolumeAndReadsTheSecretFromAnother() {
    assertThat(container(learner()).getVolumeMounts())
        .extracting(mount -> mount.getName() + " " + mount.getMountPath())
        .containsExactly("state /var/lib/pgmend", "connection /etc/pgmend/connection", "tmp /tmp");
    assertThat(container(learner()).getVolumeMounts().get(1).getReadOnly()).isTrue();
    assertThat(secretOf(learner())).isEqualTo("shop-postgres");
    assertThat(secretOf(withSecret("shop-reader"))).isEqualTo("shop-reader");
    var claim =
        pods(cluster(sized(null, "20Gi", "fast"))).getSpec().getVolumeClaimTemplates().getFirst();
    assertThat(claim.getMetadata().getName()).isEqualTo("state");
    assertThat(claim.getSpec().getStorageClassName()).isEqualTo("fast");
    assertThat(claim.getSpec().getResources().getRequests())
        .containsOnly(entry("storage", new Quantity("20Gi")));
  }

  @Test
  void aChangedSecretChangesThePodAndNothingElseOfIt() {
    var before = LearnerObjects.of(cluster(learner()), IMAGE, "7");
    var after = LearnerObjects.of(cluster(learner()), IMAGE, "8");

    assertThat(after.before()).isEqualTo(before.before());
    assertThat(after.pods()).isNotEqualTo(before.pods());
    after
        .pods()
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .put("pgmend.dev/connection-version", "7");
    assertThat(after.pods()).isEqualTo(before.pods());
  }

  @Test
  void aPausedClusterHasNoPod() {
    var cluster = cluster(learner());
    var spec = cluster.getSpec();
    assertThat(pods(cluster).getSpec().getReplicas()).isEqualTo(1);

    cluster.setSpec(
        new PgClusterSpec(spec.provider(), spec.databases(), true, null, spec.learner()));

    assertThat(pods(cluster).getSpec().getReplicas()).isZero();
  }

  @Test
  void aVolumeThatStandsIsKeptAsItIsAndTheDifferenceIsSeen() {
    var standing = pods(cluster(sized(null, "1Gi", null)));
    var wanted = cluster(sized(null, "5Gi", "fast"));

    var objects = LearnerObjects.of(wanted, IMAGE, "7").withStorageOf(Optional.of(standing));

    assertThat(objects.pods().getSpec().getVolumeClaimTemplates())
        .isEqualTo(standing.getSpec().getVolumeClaimTemplates());
    assertThat(LearnerObjects.storageDiffers(wanted, standing)).isTrue();
    assertThat(LearnerObjects.storageDiffers(wanted, pods(wanted))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 100m, 512Mi, '', 1Gi",
    "'cpu=1', 'cpu=2', 1, 512Mi, 2, 1Gi",
    "'memory=4Gi', '', 100m, 4Gi, '', 4Gi",
    "'', 'memory=256Mi', 100m, 256Mi, '', 256Mi",
    "'', 'cpu=50m', 50m, 512Mi, 50m, 1Gi"
  })
  void itsResourcesAreTheSpecsAndSaneDefaultsThatNeverContradictIt(
      String requests,
      String limits,
      String cpuRequest,
      String memoryRequest,
      String cpuLimit,
      String memoryLimit) {
    var resources =
        container(sized(new Resources(quantities(requests), quantities(limits)), "1Gi", null))
            .getResources();

    assertThat(resources.getRequests())
        .containsOnly(
            entry("cpu", new Quantity(cpuRequest)), entry("memory", new Quantity(memoryRequest)));
    assertThat(resources.getLimits().get("memory")).isEqualTo(new Quantity(memoryLimit));
    assertThat(resources.getLimits().get("cpu"))
        .isEqualTo(cpuLimit.isEmpty() ? null : new Quantity(cpuLimit));
  }

  @Test
  void itGetsDevicesOnlyWhereTheSpecAsksForThem() {
    assertThat(container(learner()).getResources().getLimits()).containsOnlyKeys("memory");

    var gpu = new LearnerSpec.Gpu(true, "amd.com/gpu", 2);
    assertThat(
            container(new LearnerSpec(true, null, gpu, null, null, null, null, null))
                .getResources()
                .getLimits())
        .containsEntry("amd.com/gpu", new Quantity("2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "shop",
        "shop.team.example",
        "9lives",
        "9",
        "a.b-.c",
        "x23456789012345678901234567890",
        "x2345678901234567890123456789012345678901234",
        "x23456789012345678901234567890123456789012345"
      })
  void aNameIsOneThatAServiceAndThePodsLabelsTake(String cluster) {
    assertThat(LearnerNames.of(cluster)).matches(SERVICE_NAME).hasSizeLessThanOrEqualTo(52);
    var longer = cluster + "a".repeat(253 - cluster.length());
    assertThat(LearnerNames.of(longer)).matches(SERVICE_NAME).hasSizeLessThanOrEqualTo(52);
  }

  @Test
  void clustersWhoseNamesAreCutOrChangedStillHaveNamesOfTheirOwn() {
    var longName = "a".repeat(60);
    assertThat(
            Stream.of("a.b", "a-b", longName + "1", longName + "2", "9a", "c9a")
                .map(LearnerNames::of))
        .doesNotHaveDuplicates();
    assertThat(LearnerNames.of("shop")).isEqualTo("shop-learner");
  }

  @Test
  void aNameThatIsTooLongForALabelIsNotMadeOne() {
    var cluster = cluster(learner());
    cluster.getMetadata().setName("a".repeat(64));

    assertThat(pods(cluster).getMetadata().getLabels()).doesNotContainKey("pgmend.dev/cluster");
  }

  private static Map<String, String> quantities(String text) {
    return Stream.of(text.split(",", -1))
        .filter(part -> !part.isEmpty())
        .map(part -> part.split("=", -1))
        .collect(Collectors.toMap(part -> part[0], part -> part[1]));
  }

  private static LearnerSpec learner() {
    return new LearnerSpec(true, null, null, null, null, null, null, null);
  }

  private static LearnerSpec sized(Resources resources, String size, String storageClass) {
    var storage = new LearnerSpec.Storage(size, storageClass);
    return new LearnerSpec(true, resources, null, null, null, storage, null, null);
  }

  private static LearnerSpec withSecret(String name) {
    return new LearnerSpec(true, null, null, null, null, null, new SecretRef(name), null);
  }

  private static PgCluster cluster(LearnerSpec learner) {
    var cluster = new PgCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("team-a")
            .withUid("uid-of-shop")
            .build());
    cluster.setSpec(
        new PgClusterSpec(
            Provider.connection("shop-postgres"),
            new PgClusterSpec.Databases(List.of("shop", "a$(b)"), List.of()),
            null,
            null,
            learner));
    return cluster;
  }

  private static List<HasMetadata> all(LearnerObjects objects) {
    return Stream.concat(objects.before().stream(), Stream.of(objects.pods())).toList();
  }

  private static <T> T part(Class<T> type) {
    return LearnerObjects.of(cluster(learner()), IMAGE, "7").before().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }

  private static StatefulSet pods(PgCluster cluster) {
    return LearnerObjects.of(cluster, IMAGE, "7").pods();
  }

  private static PodSpec pod(LearnerSpec learner) {
    return pods(cluster(learner)).getSpec().getTemplate().getSpec();
  }

  private static Container container(LearnerSpec learner) {
    return pod(learner).getContainers().getFirst();
  }

  private static String secretOf(LearnerSpec learner) {
    return pod(learner).getVolumes().getFirst().getSecret().getSecretName();
  }

  private static Map<String, String> environment(LearnerSpec learner) {
    return container(learner).getEnv().stream()
        .collect(Collectors.toMap(variable -> variable.getName(), variable -> variable.getValue()));
  }
}
