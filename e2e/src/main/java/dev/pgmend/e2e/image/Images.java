// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The images of a checkout.
 *
 * @param home the checkout
 * @param bases the base of an application's image, by the application's name
 * @param tag of the images
 */
public record Images(Path home, Function<String, Base> bases, String tag) {
  /** The default repository of the images. */
  public static final String REPOSITORY = "pgmend.dev";

  /** Writes an archive of each built application into a directory. */
  public List<BuiltImage> write(Path directory, Consumer<BuiltImage> done) throws IOException {
    Files.createDirectories(directory);
    return build(REPOSITORY, Optional.of(directory), done);
  }

  /**
   * Pushes the image of each built application.
   *
   * @param repository registry and path, such as {@code registry.example/databases}
   */
  public List<BuiltImage> push(String repository, Consumer<BuiltImage> done) throws IOException {
    return build(repository, Optional.empty(), done);
  }

  private List<BuiltImage> build(
      String repository, Optional<Path> directory, Consumer<BuiltImage> done) throws IOException {
    var cache = home.resolve("target/image-cache");
    var builder = new ImageBuilder(JavaRuntime.make(cache), cache.resolve("jib"), tag);
    var built = new ArrayList<BuiltImage>();
    for (var application : Application.of(home)) {
      if (application.isBuilt()) {
        var image = build(builder, application, repository, directory);
        done.accept(image);
        built.add(image);
      }
    }
    if (built.isEmpty()) {
      throw new IOException("no application is built in %s; ./pgmend builds them".formatted(home));
    }
    return built;
  }

  private BuiltImage build(
      ImageBuilder builder, Application application, String repository, Optional<Path> directory)
      throws IOException {
    var began = System.nanoTime();
    var name = reference("%s/%s:%s".formatted(repository, application.name(), tag));
    var base = bases.apply(application.name());
    var archive =
        directory.map(d -> d.resolve("pgmend-%s-%s.tar".formatted(application.name(), tag)));
    var digest =
        archive.isPresent()
            ? builder.write(application, base, name, archive.get())
            : builder.push(application, base, name);
    return new BuiltImage(
        application.name(),
        name.toString(),
        digest,
        archive,
        Duration.ofNanos(System.nanoTime() - began));
  }

  private static ImageReference reference(String name) throws IOException {
    try {
      return ImageReference.parse(name);
    } catch (InvalidImageReferenceException e) {
      throw new IOException("'%s' is not the name of an image".formatted(name), e);
    }
  }
}
