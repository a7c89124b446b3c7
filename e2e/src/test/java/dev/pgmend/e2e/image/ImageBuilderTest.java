// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a small application on an empty base. */
class ImageBuilderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Base base;
  private Application application;
  private ImageReference name;

  @BeforeEach
  void prepare() throws Exception {
    var scratch = directory.resolve("base.tar");
    Jib.fromScratch()
        .setFormat(ImageFormat.Docker)
        .setLabels(Map.of("base", "scratch"))
        .containerize(
            Containerizer.to(TarImage.at(scratch).named("local/base:1"))
                .setApplicationLayersCache(directory.resolve("cache"))
                .setOfflineMode(true));
    base = Base.parse("tar://" + scratch);
    name = ImageReference.parse("local/app:1");
    var app = directory.resolve("app");
    for (var file :
        List.of(
            "quarkus-run.jar",
            "app/dev.pgmend.app.jar",
            "lib/main/org.other.jar",
            "lib/main/dev.pgmend.healing.jar",
            "quarkus/generated.jar")) {
      write(app.resolve(file));
    }
    application =
        new Application("app", "an app", "It does nothing.", app, List.of("-Xint"), List.of("run"));
  }

  @Test
  void layersThatChangeLeastComeFirst() throws IOException {
    var image = build("one.tar");
    assertThat(image.layers)
        .containsExactly(
            List.of("opt/java/bin/java", "opt/java/release"),
            List.of("app/lib/main/org.other.jar"),
            List.of(
                "app/app/dev.pgmend.app.jar",
                "app/lib/main/dev.pgmend.healing.jar",
                "app/quarkus-run.jar",
                "app/quarkus/generated.jar"));
  }

  @Test
  void imageRunsWithoutRoot() throws IOException {
    var config = build("one.tar").config.path("config");
    assertThat(config.path("User").asText()).isEqualTo(ImageBuilder.USER);
    assertThat(config.path("Entrypoint"))
        .extracting(JsonNode::asText)
        .startsWith("/opt/java/bin/java", "--enable-native-access=ALL-UNNAMED")
        .endsWith("-Xint", "-jar", "/app/quarkus-run.jar");
    assertThat(config.path("Cmd")).extracting(JsonNode::asText).containsExactly("run");
    assertThat(config.path("Labels").path("org.opencontainers.image.version").asText())
        .isEqualTo("1.2.3");
    assertThat(config.path("ExposedPorts").has("8080/tcp")).isTrue();
  }

  @Test
  void twoBuildsAreIdentical() throws IOException {
    var first = build("one.tar");
    Files.setLastModifiedTime(
        application.directory().resolve("quarkus-run.jar"),
        java.nio.file.attribute.FileTime.fromMillis(0));
    var second = build("two.tar");
    assertThat(second.digest).isEqualTo(first.digest).startsWith("sha256:");
    assertThat(directory.resolve("two.tar")).hasSameBinaryContentAs(directory.resolve("one.tar"));
  }

  @Test
  void refusesAMissingBase() {
    assertThatThrownBy(() -> Base.parse("tar:///no/such/file"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("archive not found: /no/such/file");
    assertThatThrownBy(() -> Base.parse("Not An Image"))
        .hasMessageContaining("neither tar://FILE nor the name of an image");
    assertThat(Base.parse("debian:bookworm-slim").isLocal()).isFalse();
  }

  /** The contents of an archive. */
  private record Image(String digest, JsonNode config, List<List<String>> layers) {}

  private Image build(String archive) throws IOException {
    var runtime = directory.resolve("java");
    write(runtime.resolve("bin/java"));
    write(runtime.resolve("release"));
    var file = directory.resolve(archive);
    var digest =
        new ImageBuilder(runtime, directory.resolve("cache"), "1.2.3")
            .write(application, base, name, file);
    var entries = entries(Files.readAllBytes(file));
    var manifest = JSON.readTree(entries.get("manifest.json")).get(0);
    var layers = new ArrayList<List<String>>();
    for (var layer : manifest.path("Layers")) {
      try (var gzip = new GZIPInputStream(new ByteArrayInputStream(entries.get(layer.asText())))) {
        layers.add(entries(gzip.readAllBytes()).keySet().stream().sorted().toList());
      }
    }
    return new Image(digest, JSON.readTree(entries.get(manifest.path("Config").asText())), layers);
  }

  private static Map<String, byte[]> entries(byte[] tar) throws IOException {
    var entries = new HashMap<String, byte[]>();
    try (var stream = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (var entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
        if (entry.isFile()) {
          entries.put(entry.getName().replaceFirst("^/", ""), stream.readAllBytes());
        }
      }
    }
    return entries;
  }

  private static void write(Path file) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, String.valueOf(file.getFileName()));
  }
}
