// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Loads the images onto the nodes. */
public final class LoadImages implements Stage {
  @Override
  public String title() {
    return "Loading the images onto the nodes";
  }

  @Override
  public String run(Scene scene) throws IOException, InterruptedException {
    var archives = archives(scene);
    for (var archive : archives) {
      scene.cluster().load(archive);
    }
    return archives.size() + " archives";
  }

  private static List<Path> archives(Scene scene) {
    return Stream.concat(
            scene.images().stream().map(image -> image.archive()),
            Stream.of(scene.postgresArchive()))
        .flatMap(Optional::stream)
        .toList();
  }
}
