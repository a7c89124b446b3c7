// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import dev.pgmend.api.v1alpha1.PgCluster;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The StatefulSet of a learner: its pod and its volume. */
final class LearnerStatefulSet {
  /** The volume that keeps what was learned. */
  static final String VOLUME = "state";

  /** Port of health and metrics. */
  static final int PORT = 8080;

  /** Annotation with the version of the Secret: a new one restarts the pod. */
  static final String SECRET_VERSION = "pgmend.dev/connection-version";

  private static final String STATE_DIR = "/var/lib/pgmend";
  private static final String CONNECTION_DIR = "/etc/pgmend/connection";

  /** Directory for unpacking PyTorch: the only other directory that the pod can write to. */
  private static final String NATIVES_DIR = "/tmp";

  private static final long USER = 10_001;
  private static final int GROUP_READS = 0440;

  private final PgCluster cluster;
  private final LearnerImage image;
  private final String name;

  private LearnerStatefulSet(PgCluster cluster, LearnerImage image) {
    this.cluster = cluster;
    this.image = image;
    this.name = LearnerNames.of(cluster.getMetadata().getName());
  }

  static StatefulSet of(PgCluster cluster, LearnerImage image, String secretVersion) {
    return new LearnerStatefulSet(cluster, image).build(secretVersion);
  }

  private StatefulSet build(String secretVersion) {
    return new StatefulSetBuilder()
        .withMetadata(LearnerObjects.metadata(cluster))
        .withNewSpec()
        .withReplicas(cluster.getSpec().pausedOrDefault() ? 0 : 1)
        .withServiceName(name)
        // With OrderedReady, a pod that never becomes ready would block the rollout of its own fix.
        .withPodManagementPolicy("Parallel")
        .withNewSelector()
        .withMatchLabels(LearnerNames.podLabels(cluster))
        .endSelector()
        .withNewTemplate()
        .withMetadata(
            new ObjectMetaBuilder()
                .withLabels(LearnerNames.labels(cluster))
                .withAnnotations(
                    Map.of(
                        SECRET_VERSION,
                        secretVersion,
                        "prometheus.io/scrape",
                        "true",
                        "prometheus.io/port",
                        Integer.toString(PORT),
                        "prometheus.io/path",
                        "/metrics"))
                .build())
        .withSpec(pod())
        .endTemplate()
        .withVolumeClaimTemplates(claim())
        .endSpec()
        .build();
  }

  private PodSpec pod() {
    return new PodSpecBuilder()
        .withServiceAccountName(name)
        .withAutomountServiceAccountToken(true)
        .withEnableServiceLinks(false)
        .withSecurityContext(podSecurity())
        .withImagePullSecrets(image.pullSecrets().stream().map(LocalObjectReference::new).toList())
        .withContainers(container())
        .addNewVolume()
        .withName("connection")
        .withNewSecret()
        .withSecretName(LearnerSecret.nameOf(cluster).orElse(""))
        .withDefaultMode(GROUP_READS)
        .endSecret()
        .endVolume()
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .build();
  }

  private Container container() {
    return new ContainerBuilder()
        .withName("learner")
        .withImage(image.name())
        .withImagePullPolicy(image.pullPolicy().orElse(null))
        .withEnv(environment())
        .addNewPort()
        .withName("http")
        .withContainerPort(PORT)
        .withProtocol("TCP")
        .endPort()
        .withResources(LearnerResources.of(cluster.getSpec().learnerOrDefault()))
        .withSecurityContext(containerSecurity())
        // Reading its state and creating its first model can take minutes on a slow node.
        .withStartupProbe(probe("started", 5, 120))
        .withLivenessProbe(probe("live", 10, 6))
        .withReadinessProbe(probe("ready", 5, 3))
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withVolumeMounts(
            new VolumeMountBuilder().withName(VOLUME).withMountPath(STATE_DIR).build(),
            new VolumeMountBuilder()
                .withName("connection")
                .withMountPath(CONNECTION_DIR)
                .withReadOnly(true)
                .build(),
            new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build())
        .build();
  }

  private List<EnvVar> environment() {
    var meta = cluster.getMetadata();
    var all =
        new ArrayList<>(
            List.of(
                variable("PGMEND_CLUSTER", meta.getName()),
                variable("PGMEND_NAMESPACE", meta.getNamespace()),
                variable("PGMEND_CLUSTER_UID", meta.getUid()),
                variable(
                    "PGMEND_LEARNER_SPEC",
                    Serialization.asJson(cluster.getSpec().learnerOrDefault())),
                variable(
                    "PGMEND_DATABASES",
                    Serialization.asJson(cluster.getSpec().databasesOrDefault())),
                variable("PGMEND_CONNECTION_DIR", CONNECTION_DIR),
                variable("PGMEND_STATE_DIR", STATE_DIR)));
    if (cluster.getSpec().learnerOrDefault().gpuOrDefault().enabledOrDefault()) {
      all.addAll(forPyTorch());
    }
    return all;
  }

  /** Otherwise PyTorch would write to the image, download files and report its use. */
  private static List<EnvVar> forPyTorch() {
    return List.of(
        variable("DJL_CACHE_DIR", NATIVES_DIR),
        variable("ENGINE_CACHE_DIR", NATIVES_DIR),
        variable("DJL_OFFLINE", "true"),
        variable("OPT_OUT_TRACKING", "true"),
        variable("OMP_NUM_THREADS", "1"));
  }

  /** Kubernetes expands {@code $(NAME)}; a doubled dollar is a dollar. */
  private static EnvVar variable(String name, String value) {
    return new EnvVar(name, value.replace("$", "$$"), null);
  }

  private static Probe probe(String path, int everySeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath("/q/health/" + path)
        .withNewPort("http")
        .endHttpGet()
        .withPeriodSeconds(everySeconds)
        .withTimeoutSeconds(3)
        .withFailureThreshold(failures)
        .build();
  }

  private static PodSecurityContext podSecurity() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static SecurityContext containerSecurity() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  private PersistentVolumeClaim claim() {
    var storage = cluster.getSpec().learnerOrDefault().storageOrDefault();
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(VOLUME)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(storage.storageClassName())
        .withNewResources()
        .addToRequests("storage", new Quantity(storage.sizeOrDefault()))
        .endResources()
        .endSpec()
        .build();
  }
}
