// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A K3s in a container, which is removed afterwards. */
public final class K3sCluster implements TestCluster {
  /** Pinned, because the cluster's version is part of the test. */
  public static final String IMAGE = "rancher/k3s:v1.34.1-k3s1";

  private final K3sContainer container;
  private final Path kubeconfig;

  private K3sCluster(K3sContainer container, Path kubeconfig) {
    this.container = container;
    this.kubeconfig = kubeconfig;
  }

  /** Whether a Docker engine answers. */
  public static boolean isPossible() {
    return DockerEngine.answers();
  }

  /**
   * Starts the container.
   *
   * @throws IOException if it does not start, with the reason
   */
  public static K3sCluster start(Path directory) throws IOException, InterruptedException {
    DockerEngine.prepare(IMAGE);
    var container = new K3sContainer(DockerImageName.parse(IMAGE));
    try {
      container.start();
      Files.createDirectories(directory);
      var kubeconfig = directory.resolve("kubeconfig");
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      return new K3sCluster(container, kubeconfig);
    } catch (IOException | RuntimeException e) {
      container.close();
      throw new IOException("K3s did not start in Docker: " + rootMessage(e), e);
    }
  }

  /** Docker's own message; the outer exceptions do not contain it. */
  private static String rootMessage(Throwable e) {
    var cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).strip();
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public String description() {
    return "a K3s in Docker (%s)".formatted(IMAGE);
  }

  @Override
  public void load(Path archive) throws IOException, InterruptedException {
    var there = "/tmp/" + archive.getFileName();
    container.copyFileToContainer(MountableFile.forHostPath(archive), there);
    var imported = container.execInContainer("ctr", "-n", "k8s.io", "images", "import", there);
    container.execInContainer("rm", there);
    if (imported.getExitCode() != 0) {
      throw new IOException("ctr images import failed: " + imported.getStderr());
    }
  }

  @Override
  public void close() {
    container.close();
  }
}
