// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;

/**
 * Checks the Docker engine before Testcontainers uses it, because Testcontainers silently retries a
 * failing pull for many minutes.
 */
final class DockerEngine {
  private static final Duration FOR_SMALL_IMAGES = Duration.ofMinutes(1);

  private DockerEngine() {}

  /** Whether a Docker engine answers. */
  static boolean answers() {
    try {
      return DockerClientFactory.instance().getTransportConfig() != null;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * Makes sure that a container of this image can start.
   *
   * @throws IOException if an image is missing, with what to do about it
   */
  static void prepare(String image) throws IOException, InterruptedException {
    pull(image);
    try {
      CompletableFuture.runAsync(DockerEngine::startHelpers)
          .get(FOR_SMALL_IMAGES.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          """
          Docker has %s, but not the helper images of Testcontainers, and cannot pull them.
          Use --kubeconfig, or set TESTCONTAINERS_RYUK_DISABLED=true and, to the name \
          of any small image with a shell, TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE.\
          """
              .formatted(image),
          e);
    }
  }

  /** Starts the helpers of Testcontainers: the cleanup container and the check for file mounts. */
  private static void startHelpers() {
    DockerClientFactory.instance().client();
    DockerClientFactory.instance().isFileMountingSupported();
  }

  private static void pull(String image) throws IOException, InterruptedException {
    var engine = DockerClientFactory.instance().getTransportConfig();
    try (var client = DockerClientProviderStrategy.getClientForConfig(engine)) {
      if (!exists(client, image)) {
        client.pullImageCmd(image).start().awaitCompletion();
      }
    } catch (DockerException | DockerClientException e) {
      throw new IOException(
          ("Docker has no image %s and cannot pull it: %s%n"
                  + "Use --kubeconfig, or load the image with docker load.")
              .formatted(image, String.valueOf(e.getMessage()).strip()),
          e);
    }
  }

  private static boolean exists(DockerClient client, String image) {
    try {
      return client.inspectImageCmd(image).exec().getId() != null;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
