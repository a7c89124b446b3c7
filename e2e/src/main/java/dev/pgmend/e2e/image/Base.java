// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The base of an image. */
public sealed interface Base {
  /** An image in a registry. */
  record Registry(ImageReference reference) implements Base {}

  /** A Docker archive on this machine, which needs no network. */
  record Archive(Path file) implements Base {}

  /** Prefix that distinguishes an archive from the name of an image. */
  String ARCHIVE_PREFIX = "tar://";

  /**
   * Reads {@code tar://FILE} or the name of an image.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Base parse(String text) {
    if (text.startsWith(ARCHIVE_PREFIX)) {
      var file = Path.of(text.substring(ARCHIVE_PREFIX.length()));
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException("archive not found: " + file);
      }
      return new Archive(file);
    }
    try {
      return new Registry(ImageReference.parse(text));
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException(
          "'%s' is neither tar://FILE nor the name of an image".formatted(text), e);
    }
  }

  /** Starts an image on this base. */
  default JibContainerBuilder begin() {
    return switch (this) {
      case Archive archive -> Jib.from(TarImage.at(archive.file()));
      case Registry registry -> Jib.from(withCredentials(registry.reference()));
    };
  }

  /** Whether an image on this base can be built without a network. */
  default boolean isLocal() {
    return this instanceof Archive;
  }

  /**
   * Writes an archive that Docker and containerd can load. Works offline if the base is an archive.
   */
  default Containerizer archive(Path file, ImageReference name, Path cache)
      throws CacheDirectoryCreationException {
    return settings(Containerizer.to(TarImage.at(file).named(name)), cache)
        .setOfflineMode(isLocal());
  }

  /** Pushes to a registry, with the credentials of {@code docker login}. */
  static Containerizer push(ImageReference name, Path cache) {
    return settings(Containerizer.to(withCredentials(name)), cache);
  }

  private static Containerizer settings(Containerizer containerizer, Path cache) {
    return containerizer
        .setBaseImageLayersCache(cache.resolve("base"))
        .setApplicationLayersCache(cache.resolve("layers"))
        .setToolName("pgmend");
  }

  private static RegistryImage withCredentials(ImageReference name) {
    var found = CredentialRetrieverFactory.forImage(name, _ -> {});
    return RegistryImage.named(name).addCredentialRetriever(found.dockerConfig());
  }
}
