// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.zip.CRC32;

/**
 * The Java runtime of the images: the required modules of the current JDK. All images share it, so
 * that a node stores it once.
 */
public final class JavaRuntime {
  /**
   * The modules that jdeps finds in the applications, and those that are only found at run time.
   *
   * <p>java.desktop is needed for java.beans, which Jackson and the YAML reader use.
   */
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.compiler",
          "java.desktop",
          "java.instrument",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.security.jgss",
          "java.security.sasl",
          "java.sql",
          "java.transaction.xa",
          "java.xml",
          "jdk.crypto.cryptoki",
          "jdk.crypto.ec",
          "jdk.incubator.vector",
          "jdk.jfr",
          "jdk.management",
          "jdk.management.agent",
          "jdk.naming.dns",
          "jdk.net",
          "jdk.unsupported",
          "jdk.zipfs");

  /** The time of every file in an image, so that two builds are identical byte for byte. */
  static final Instant FILE_TIME = Instant.ofEpochSecond(1);

  private JavaRuntime() {}

  /**
   * Creates the runtime, or returns the one that was created before from the same JDK.
   *
   * @return a directory with {@code bin/java}
   */
  public static Path make(Path cache) throws IOException {
    var directory = cache.resolve("java-" + Runtime.version().feature() + "-" + key());
    if (Files.isExecutable(directory.resolve("bin/java"))) {
      return directory;
    }
    Files.createDirectories(cache);
    var place = Files.createTempDirectory(cache, "making-");
    var making = place.resolve("java");
    try {
      link(making);
      setTimes(making);
      dumpClasses(making);
      setTimes(making);
      Files.move(making, directory);
    } finally {
      delete(place);
    }
    return directory;
  }

  private static String key() {
    var crc = new CRC32();
    crc.update(
        (System.getProperty("java.vendor.version") + Runtime.version() + MODULES)
            .getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits(crc.getValue(), 8);
  }

  private static void link(Path output) throws IOException {
    var jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () -> new IOException("jlink is missing in this Java installation; use a JDK"));
    var printed = new StringWriter();
    var exit =
        jlink.run(
            new PrintWriter(printed),
            new PrintWriter(printed),
            "--add-modules",
            String.join(",", MODULES),
            "--no-header-files",
            "--no-man-pages",
            "--compress",
            "zip-6",
            "--output",
            output.toString());
    if (exit != 0) {
      throw new IOException("jlink failed: " + printed);
    }
  }

  /**
   * Creates the CDS archive of the JDK's classes, which halves the JVM's startup time. It contains
   * the modification time of the module file, which must already be that of the image.
   */
  private static void dumpClasses(Path runtime) throws IOException {
    var process =
        new ProcessBuilder(runtime.resolve("bin/java").toString(), "-Xshare:dump")
            .redirectErrorStream(true)
            .redirectOutput(Redirect.PIPE)
            .start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      var printed = output.readAllAsString();
      if (process.waitFor() != 0) {
        throw new IOException("cannot create the CDS archive: " + printed);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the CDS archive was created", e);
    }
  }

  private static void setTimes(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(FILE_TIME));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(JavaRuntime::deleteOne);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
