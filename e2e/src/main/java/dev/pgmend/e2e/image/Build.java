// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Facts about this build. */
public final class Build {
  private Build() {}

  /** The Maven version of pgmend. */
  public static String version() {
    var properties = new Properties();
    try (var stream = Build.class.getResourceAsStream("build.properties")) {
      if (stream == null) {
        throw new IllegalStateException("build.properties is missing in the jar");
      }
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
