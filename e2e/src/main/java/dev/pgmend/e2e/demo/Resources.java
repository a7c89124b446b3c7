// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.Function;

/** Resources that end with the demo. They are closed once, the newest first. */
final class Resources implements AutoCloseable {
  private final Deque<Resource> open = new ArrayDeque<>();
  private boolean closed;

  /** A resource to close. */
  @FunctionalInterface
  interface Resource {
    void close() throws IOException;
  }

  /** Opens a resource. */
  @FunctionalInterface
  interface Opener<T> {
    T open() throws IOException, SQLException;
  }

  /** Registers a resource. If the others were already closed, it is closed at once. */
  synchronized void add(Resource resource) throws IOException {
    if (closed) {
      resource.close();
      throw new IOException("The demo was stopped");
    }
    open.push(resource);
  }

  /** Opens and registers a resource. {@link #close} waits meanwhile. */
  synchronized <T> T open(Opener<T> opener, Function<T, Resource> closer)
      throws IOException, SQLException {
    if (closed) {
      throw new IOException("The demo was stopped");
    }
    var opened = opener.open();
    open.push(closer.apply(opened));
    return opened;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        System.err.println("Could not clean up: " + e.getMessage());
      }
    }
  }

  /** Deletes a directory and its contents. */
  static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
