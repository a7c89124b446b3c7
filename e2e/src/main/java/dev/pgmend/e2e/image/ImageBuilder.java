// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * Builds the image of an application. The Java runtime, the libraries and pgmend are separate
 * layers; those that change least come first.
 */
public final class ImageBuilder {
  /**
   * A numeric user, so that the kubelet can verify that it is not root. No user of the node has
   * this ID.
   */
  public static final String USER = "10001:10001";

  private static final String JAVA = "/opt/java";
  private static final String APP = "/app";
  private static final int HTTP = 8080;

  private final Path runtime;
  private final Path cache;
  private final String version;

  /**
   * @param runtime a directory with {@code bin/java}
   * @param cache the cache directory for layers
   * @param version of pgmend, for the label
   */
  public ImageBuilder(Path runtime, Path cache, String version) {
    this.runtime = runtime;
    this.cache = cache;
    this.version = version;
  }

  /** Writes the image as an archive, and returns its digest. */
  public String write(Application application, Base base, ImageReference name, Path archive)
      throws IOException {
    try {
      return build(image(application, base), base.archive(archive, name, cache));
    } catch (CacheDirectoryCreationException e) {
      throw new IOException("cannot create the cache %s".formatted(cache), e);
    }
  }

  /** Pushes the image to its registry, and returns its digest. */
  public String push(Application application, Base base, ImageReference name) throws IOException {
    return build(image(application, base), Base.push(name, cache));
  }

  static String build(JibContainerBuilder image, Containerizer to) throws IOException {
    try {
      return image.containerize(to).getDigest().toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (RegistryException | ExecutionException | CacheDirectoryCreationException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("cannot build the image: " + cause.getMessage(), e);
    }
  }

  private JibContainerBuilder image(Application application, Base base) throws IOException {
    return base.begin()
        .setFormat(ImageFormat.Docker)
        // Makes two builds of one commit identical.
        .setCreationTime(Instant.EPOCH)
        .setUser(USER)
        .setWorkingDirectory(AbsoluteUnixPath.get("/tmp"))
        .setEnvironment(Map.of("LANG", "C.UTF-8"))
        .setExposedPorts(Port.tcp(HTTP))
        .setLabels(labels(application))
        .setEntrypoint(entrypoint(application))
        .setProgramArguments(application.arguments())
        .setFileEntriesLayers(layers(application));
  }

  private static List<String> entrypoint(Application application) {
    var command = new ArrayList<String>();
    command.add(JAVA + "/bin/java");
    command.addAll(Application.FLAGS);
    command.addAll(application.flags());
    command.addAll(List.of("-jar", APP + "/quarkus-run.jar"));
    return command;
  }

  private Map<String, String> labels(Application application) {
    return Map.of(
        "org.opencontainers.image.title",
        application.title(),
        "org.opencontainers.image.description",
        application.description(),
        "org.opencontainers.image.version",
        version,
        "org.opencontainers.image.licenses",
        "Apache-2.0",
        "org.opencontainers.image.vendor",
        "pgmend");
  }

  private List<FileEntriesLayer> layers(Application application) throws IOException {
    var app = application.directory();
    var libraries = app.resolve("lib");
    return List.of(
        layer("java", runtime, JAVA, _ -> true),
        layer("libraries", app, APP, file -> file.startsWith(libraries) && !isOurs(file)),
        layer("application", app, APP, file -> !file.startsWith(libraries) || isOurs(file)));
  }

  private static boolean isOurs(Path file) {
    return String.valueOf(file.getFileName()).startsWith("dev.pgmend.");
  }

  private static FileEntriesLayer layer(String name, Path from, String to, Predicate<Path> which)
      throws IOException {
    var layer = FileEntriesLayer.builder().setName(name);
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).filter(which).sorted().toList()) {
        layer.addEntry(
            file,
            AbsoluteUnixPath.get(to).resolve(from.relativize(file).toString()),
            FilePermissions.fromOctalString(Files.isExecutable(file) ? "755" : "644"),
            JavaRuntime.FILE_TIME);
      }
    }
    return layer.build();
  }
}
