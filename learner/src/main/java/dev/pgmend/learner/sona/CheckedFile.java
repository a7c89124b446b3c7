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
 * Bytes in a file that is whole or not there. Whoever reads it sees what was saved last or what was
 * saved before it, never a part, also after a crash or a loss of power: a save writes a file beside
 * it, forces it to disk, renames it, and forces the directory. Layout, big-endian: a mark (long),
 * format version (int), length of the content in bytes (int), its CRC32C (int), the content.
 */
public final class CheckedFile {
  private static final int HEADER_BYTES = Long.BYTES + 3 * Integer.BYTES;

  private final Path file;
  private final long mark;
  private final String holds;

  /**
   * @param mark the first eight bytes
   * @param holds what it is a file of, for messages
   */
  public CheckedFile(Path file, long mark, String holds) {
    this.file = file.toAbsolutePath();
    this.mark = mark;
    this.holds = holds;
  }

  /**
   * What was saved.
   *
   * @param version of the content's format
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
  public record Content(int version, byte[] bytes) {}

  /** Why a file can't be used. */
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
   * Replaces the file.
   *
   * @throws IOException if it can't be written; what was saved before is still there
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
   * What was saved last; empty if nothing was. What a save left behind that was cut off is of no
   * interest.
   *
   * @throws UnusableException if it is not what was saved
   * @throws IOException if the file is there but the disk does not give it
   */
  public Optional<Content> load() throws IOException, UnusableException {
    return Files.notExists(file) ? Optional.empty() : Optional.of(decode(Files.readAllBytes(file)));
  }

  /**
   * Moves a file that can't be used out of the way, to {@code NAME.damaged}.
   *
   * @return where it is now
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

  /** A rename is on disk when its directory is. */
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
      throw new UnusableException("it is not a file of " + holds);
    }
    int version = buffer.getInt();
    int length = buffer.getInt();
    int checksum = buffer.getInt();
    if (buffer.remaining() != length) {
      throw new UnusableException(
          "it has %d bytes of content where %d were saved".formatted(buffer.remaining(), length));
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
