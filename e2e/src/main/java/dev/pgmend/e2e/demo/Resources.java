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

/** What must not outlive the demo; closed once, the newest first. */
final class Resources implements AutoCloseable {
  private final Deque<Resource> open = new ArrayDeque<>();
  private boolean closed;

  /** Something to be closed or undone. */
  @FunctionalInterface
  interface Resource {
    void close() throws IOException;
  }

  /** Opens something. */
  @FunctionalInterface
  interface Opener<T> {
    T open() throws IOException, SQLException;
  }

  /** Takes charge of something; at once if all else was closed already. */
  synchronized void add(Resource resource) throws IOException {
    if (closed) {
      resource.close();
      throw new IOException("The demo was stopped");
    }
    open.push(resource);
  }

  /** Opens something and takes charge of it. While it is being opened, closing waits. */
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

  /** Deletes a directory and all that is in it. */
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
