package dev.pgmend.e2e.kubernetes;

import dev.pgmend.e2e.image.Base;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the test is asked for.
 *
 * @param home the checkout
 * @param base what the images are built on
 * @param postgres an archive to build the Postgres image on, or the image that the cluster pulls
 * @param clusterWide whether the operator looks after every namespace, as by default, or only after
 *     the test's own
 * @param keep whether everything stays as it is at the end
 * @param artifacts where to what is collected goes
 */
public record Settings(
    Path home, Base base, Base postgres, boolean clusterWide, boolean keep, Path artifacts) {

  /** How the Postgres image is called, if it has to be built. */
  public static final String POSTGRES_IMAGE = "pgmend.dev/e2e-postgres:1";

  /** The image of the Postgres pod. */
  public String postgresImage() {
    return switch (postgres) {
      case Base.Archive _ -> POSTGRES_IMAGE;
      case Base.Registry registry -> registry.reference().toString();
    };
  }

  /** The archive that the Postgres image has to be built on; empty if the cluster pulls it. */
  public Optional<Base.Archive> postgresArchive() {
    return postgres instanceof Base.Archive archive ? Optional.of(archive) : Optional.empty();
  }

  /** The chart. */
  public Path chart() {
    return home.resolve("helm/pgmend");
  }
}
