// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import dev.pgmend.e2e.image.Base;
import dev.pgmend.e2e.image.Images;
import dev.pgmend.e2e.image.PostgresImage;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Settings;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Builds the images of pgmend, and that of Postgres if it is not pulled. */
public final class BuildImages implements Stage {
  /** Not the version, because the nodes may have an older image with that tag. */
  private static final String TAG_PREFIX = "e2e-";

  @Override
  public String title() {
    return "Building the images";
  }

  @Override
  public String run(Scene scene) throws IOException {
    var settings = scene.settings();
    var directory = settings.home().resolve("target/images");
    var tag = TAG_PREFIX + ProcessHandle.current().pid();
    var built = new Images(settings.home(), _ -> settings.base(), tag).write(directory, _ -> {});
    for (var image : built) {
      scene.images().add(image);
      // The tag is unique to this run.
      image.archive().ifPresent(archive -> scene.atEnd(() -> delete(archive)));
    }
    var archive = settings.postgresArchive();
    if (archive.isPresent()) {
      scene.postgresArchive(postgres(archive.get(), directory, settings));
    }
    return built.stream()
        .map(image -> image.reference() + " " + image.digest())
        .collect(Collectors.joining(", "));
  }

  private static Path postgres(Base base, Path directory, Settings settings) throws IOException {
    try {
      var to = directory.resolve("e2e-postgres.tar");
      PostgresImage.write(
          base,
          ImageReference.parse(Settings.POSTGRES_IMAGE),
          to,
          settings.home().resolve("target/image-cache/jib"));
      return to;
    } catch (InvalidImageReferenceException e) {
      throw new IOException(e);
    }
  }

  private static void delete(Path archive) {
    try {
      Files.deleteIfExists(archive);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
