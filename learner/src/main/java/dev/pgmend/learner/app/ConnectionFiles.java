// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.ConnectionValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;

/** A connection Secret mounted into a pod: a directory with a file for each value. */
final class ConnectionFiles {
  private ConnectionFiles() {}

  /**
   * @throws dev.pgmend.healing.postgres.PostgresConnectionException if the values do not name a
   *     server
   */
  static ConnectionSpec read(Path directory) {
    var values = new HashMap<String, String>();
    try (var files = Files.list(directory)) {
      // Skips the hidden directories in which Kubernetes keeps versions of the values.
      for (var file : files.filter(Files::isRegularFile).toList()) {
        values.put(file.getFileName().toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the connection's values in " + directory, e);
    }
    return ConnectionValues.read(directory.toString(), values);
  }
}
