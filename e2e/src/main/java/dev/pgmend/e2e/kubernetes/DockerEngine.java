package dev.pgmend.e2e.kubernetes;

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
 * The Docker engine, asked before Testcontainers is: what cannot be pulled is tried over and over
 * by that for many minutes, in silence.
 */
final class DockerEngine {
  private static final Duration FOR_SMALL_IMAGES = Duration.ofMinutes(1);

  private DockerEngine() {}

  /** Whether there is one. */
  static boolean answers() {
    try {
      return DockerClientFactory.instance().getTransportConfig() != null;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * Sees to it that a container of this image can be started.
   *
   * @throws IOException what is missing, and what to do about it
   */
  static void prepare(String image) throws IOException, InterruptedException {
    pull(image);
    try {
      CompletableFuture.runAsync(DockerEngine::startHelpers)
          .get(FOR_SMALL_IMAGES.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          """
          Docker has %s, but not the helpers of Testcontainers, and cannot pull them.
          Give a cluster by --kubeconfig, or set TESTCONTAINERS_RYUK_DISABLED=true and, to the name \
          of any small image with a shell, TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE.\
          """
              .formatted(image),
          e);
    }
  }

  /** What Testcontainers pulls for itself: who cleans up, and who tries whether mounts work. */
  private static void startHelpers() {
    DockerClientFactory.instance().client();
    DockerClientFactory.instance().isFileMountingSupported();
  }

  private static void pull(String image) throws IOException, InterruptedException {
    var engine = DockerClientFactory.instance().getTransportConfig();
    try (var client = DockerClientProviderStrategy.getClientForConfig(engine)) {
      if (!isThere(client, image)) {
        client.pullImageCmd(image).start().awaitCompletion();
      }
    } catch (DockerException | DockerClientException e) {
      throw new IOException(
          ("Docker has no image %s and cannot pull it: %s%n"
                  + "Give a cluster by --kubeconfig, or the image to Docker by docker load.")
              .formatted(image, String.valueOf(e.getMessage()).strip()),
          e);
    }
  }

  private static boolean isThere(DockerClient client, String image) {
    try {
      return client.inspectImageCmd(image).exec().getId() != null;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
