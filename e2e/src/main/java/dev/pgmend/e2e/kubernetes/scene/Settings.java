// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.scene;

import dev.pgmend.e2e.image.Base;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the test.
 *
 * @param home the checkout
 * @param base what the images are built on
 * @param postgres an archive to build the Postgres image on, or the image that the cluster pulls
 * @param clusterWide whether the operator manages every namespace (the default) or only the test's
 * @param keep whether to leave everything in place at the end
 * @param artifacts the directory for logs and resources after a failure
 */
public record Settings(
    Path home, Base base, Base postgres, boolean clusterWide, boolean keep, Path artifacts) {

  /** Name of the Postgres image, if it is built here. */
  public static final String POSTGRES_IMAGE = "pgmend.dev/e2e-postgres:1";

  /** The image of the Postgres pod. */
  public String postgresImage() {
    return switch (postgres) {
      case Base.Archive _ -> POSTGRES_IMAGE;
      case Base.Registry registry -> registry.reference().toString();
    };
  }

  /** The base archive of the Postgres image; empty if the cluster pulls the image. */
  public Optional<Base.Archive> postgresArchive() {
    return postgres instanceof Base.Archive archive ? Optional.of(archive) : Optional.empty();
  }

  /** Directory of the chart. */
  public Path chart() {
    return home.resolve("helm/pgmend");
  }
}
