// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file that is replaced atomically. A reader sees the last saved content or the one before, never
 * a part, also after a crash or a power failure: a save writes a temporary file, syncs it, renames
 * it, and syncs the directory. Layout, big-endian: a mark (long), format version (int), length of
 * the content in bytes (int), its CRC32C (int), the content.
 */
public final class CheckedFile {
  private static final int HEADER_BYTES = Long.BYTES + 3 * Integer.BYTES;

  private final Path file;
  private final long mark;
  private final String holds;

  /**
   * @param mark the first eight bytes
   * @param holds description of the content, for messages
   */
  public CheckedFile(Path file, long mark, String holds) {
    this.file = file.toAbsolutePath();
    this.mark = mark;
    this.holds = holds;
  }

  /**
   * The saved content.
   *
   * @param version version of the content's format
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
  public record Content(int version, byte[] bytes) {}

  /** A file is unusable. */
  public static final class UnusableException extends Exception {
    private final String reason;

    /**
     * @param reason a sentence
     */
    public UnusableException(String reason) {
      super(reason);
      this.reason = reason;
    }

    public String reason() {
      return reason;
    }
  }

  /**
   * Replaces the content.
   *
   * @throws IOException if it cannot be written; the previous content remains
   */
  public void save(Content content) throws IOException {
    var temporary = beside(".tmp");
    try (var channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = encode(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory();
  }

  /**
   * Reads the last saved content; empty if there is none. Temporary files of an interrupted save
   * are ignored.
   *
   * @throws UnusableException if the file is damaged
   * @throws IOException if the file exists but cannot be read
   */
  public Optional<Content> load() throws IOException, UnusableException {
    return Files.notExists(file) ? Optional.empty() : Optional.of(decode(Files.readAllBytes(file)));
  }

  /**
   * Renames an unusable file to {@code NAME.damaged}.
   *
   * @return its new path
   */
  public Path setAside() throws IOException {
    var aside = beside(".damaged");
    Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory();
    return aside;
  }

  private Path beside(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  /** Syncs the directory, which makes a rename durable. */
  private void forceDirectory() throws IOException {
    try (var directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private ByteBuffer encode(Content content) {
    return ByteBuffer.allocate(HEADER_BYTES + content.bytes.length)
        .putLong(mark)
        .putInt(content.version)
        .putInt(content.bytes.length)
        .putInt(checksum(content.bytes))
        .put(content.bytes)
        .flip();
  }

  private Content decode(byte[] bytes) throws UnusableException {
    var buffer = ByteBuffer.wrap(bytes);
    if (buffer.remaining() < HEADER_BYTES || buffer.getLong() != mark) {
      throw new UnusableException("it does not contain " + holds);
    }
    int version = buffer.getInt();
    int length = buffer.getInt();
    int checksum = buffer.getInt();
    if (buffer.remaining() != length) {
      throw new UnusableException(
          "it contains %d bytes instead of %d".formatted(buffer.remaining(), length));
    }
    var content = new byte[length];
    buffer.get(content);
    if (checksum(content) != checksum) {
      throw new UnusableException("its checksum does not match");
    }
    return new Content(version, content);
  }

  private static int checksum(byte[] bytes) {
    var checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }
}
