// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.image.PostgresImage;
import dev.pgmend.e2e.kubernetes.scene.Names;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;

/** The Kubernetes resources of the test's Postgres. */
final class PostgresPod {
  private static final Map<String, String> LABELS = Map.of("app", Names.POSTGRES);
  private static final String PASSWORD_SECRET = Names.POSTGRES + "-superuser";
  private static final String DATA = "/var/lib/postgresql/data";
  private static final String PASSWORD = "/etc/postgres";

  /** A parallel build would end before the operator can be killed during it. */
  private static final String START =
      """
      set -eu
      export PATH="$(echo /usr/lib/postgresql/*/bin):$PATH" PGDATA=%1$s/pgdata
      if [ ! -s "$PGDATA/PG_VERSION" ]; then
        initdb --username=postgres --pwfile=%2$s/password --auth=scram-sha-256 --encoding=UTF8 \
          --no-locale
        echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
      fi
      exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp \
        -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track_utility=on \
        -c shared_buffers=128MB -c max_wal_size=2GB -c max_parallel_maintenance_workers=0
      """
          .formatted(DATA, PASSWORD);

  private PostgresPod() {}

  static Secret password(String password) {
    return new SecretBuilder()
        .withMetadata(meta(PASSWORD_SECRET))
        .addToStringData("password", password)
        .build();
  }

  static Service service() {
    return new ServiceBuilder()
        .withMetadata(meta(Names.POSTGRES))
        .withNewSpec()
        .withSelector(LABELS)
        .addNewPort()
        .withPort(Names.POSTGRES_PORT)
        .endPort()
        .endSpec()
        .build();
  }

  static Pod pod(String image) {
    var container =
        new ContainerBuilder()
            .withName("postgres")
            .withImage(image)
            .withImagePullPolicy("IfNotPresent")
            .withCommand("sh", "-c", START)
            .addNewPort()
            .withContainerPort(Names.POSTGRES_PORT)
            .endPort()
            .withNewReadinessProbe()
            .withNewTcpSocket()
            .withNewPort(Names.POSTGRES_PORT)
            .endTcpSocket()
            .withPeriodSeconds(1)
            .endReadinessProbe()
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .endSecurityContext()
            .addNewVolumeMount()
            .withName("data")
            .withMountPath(DATA)
            .endVolumeMount()
            .addNewVolumeMount()
            .withName("password")
            .withMountPath(PASSWORD)
            .endVolumeMount()
            .build();
    return new PodBuilder()
        .withMetadata(meta(Names.POSTGRES))
        .withNewSpec()
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(PostgresImage.USER)
        .withRunAsGroup(PostgresImage.USER)
        .withFsGroup(PostgresImage.USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(container)
        .addNewVolume()
        .withName("data")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .addNewVolume()
        .withName("password")
        .withNewSecret()
        .withSecretName(PASSWORD_SECRET)
        .endSecret()
        .endVolume()
        .endSpec()
        .build();
  }

  private static ObjectMeta meta(String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(Names.SHOP)
        .withLabels(LABELS)
        .build();
  }
}
