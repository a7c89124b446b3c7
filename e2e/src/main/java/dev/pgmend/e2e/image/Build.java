package dev.pgmend.e2e.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this build is. */
public final class Build {
  private Build() {}

  /** The version of pgmend, as Maven has it. */
  public static String version() {
    var properties = new Properties();
    try (var stream = Build.class.getResourceAsStream("build.properties")) {
      if (stream == null) {
        throw new IllegalStateException("The jar lacks its resource build.properties");
      }
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
