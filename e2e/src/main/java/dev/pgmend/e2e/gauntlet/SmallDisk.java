// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A file system of a few megabytes in memory. It is unmounted when it is closed, at the latest when
 * this process ends.
 */
public final class SmallDisk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CHUNK = 4096;

  private final Path path;
  private boolean unmounted;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Why no file system can be mounted here; empty if one can. */
  public static Optional<String> impossible() {
    try {
      var path = Files.createTempDirectory("pgmend-disk-");
      try (var _ = mount(path, 1)) {
        return Optional.empty();
      } finally {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      return Optional.of("no file system can be mounted: " + e.getMessage());
    }
  }

  /**
   * Mounts a file system.
   *
   * @param path a directory, created if it does not exist
   */
  public static SmallDisk mount(Path path, int megabytes) throws IOException {
    Files.createDirectories(path);
    run(
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "size=%dm,mode=0700".formatted(megabytes),
        "pgmend",
        path + "");
    return AtExit.close(new SmallDisk(path));
  }

  /** A directory with the permissions that a tablespace needs. */
  public Path directory() throws IOException {
    return Files.createDirectories(
        path.resolve("tablespace"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  public long freeBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  /** Fills the disk until only this much is free. */
  public void leaveFree(long bytes) throws IOException {
    var zeros = new byte[CHUNK];
    try (OutputStream file = Files.newOutputStream(path.resolve("filler"))) {
      while (freeBytes() >= bytes + CHUNK) {
        file.write(zeros);
      }
    }
  }

  /** Removes what {@link #leaveFree} wrote. */
  public void empty() throws IOException {
    Files.deleteIfExists(path.resolve("filler"));
  }

  /** Unmounts lazily, because a server closes removed files with a delay. */
  @Override
  public synchronized void close() throws IOException {
    if (!unmounted) {
      unmounted = true;
      run("umount", "--lazy", path.toString());
    }
  }

  private static void run(String... command) throws IOException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE) || process.exitValue() != 0) {
        throw new IOException("%s: %s".formatted(Arrays.toString(command), output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
