package dev.pgmend.learner.app;

import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.ConnectionValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;

/** A connection Secret as a pod sees it: a directory with a file for each value. */
final class ConnectionFiles {
  private ConnectionFiles() {}

  /**
   * @throws dev.pgmend.healing.postgres.PostgresConnectionException if the values name no server
   */
  static ConnectionSpec read(Path directory) {
    var values = new HashMap<String, String>();
    try (var files = Files.list(directory)) {
      // Kubernetes keeps its own versions of the directory beside the values, in dotted names.
      for (var file : files.filter(Files::isRegularFile).toList()) {
        values.put(file.getFileName().toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The connection's values can't be read: " + directory, e);
    }
    return ConnectionValues.read(directory.toString(), values);
  }
}
