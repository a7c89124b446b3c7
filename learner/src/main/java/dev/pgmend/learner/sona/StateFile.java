package dev.pgmend.learner.sona;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Keeps what is learned in one file. Whoever reads it sees the state before a save or after it,
 * never a part, also after a crash or a loss of power: a save writes a file beside it, forces it to
 * disk, renames it, and forces the directory.
 *
 * <p>A file that can't be read is set aside under {@code NAME.damaged}, and learning begins anew:
 * what is lost is what was learned, never more. Layout, big-endian: {@code PGMENDLS}, format
 * version (int), length of the state in bytes (int), its CRC32C (int), the state.
 */
public final class StateFile {
  /** Raised with each change of what {@link LearnedState} writes; earlier ones are still read. */
  static final int VERSION = 2;

  private static final int FIRST_VERSION = 1;

  /** The version from which on it is kept what mechanisms were worth. */
  static final int WITH_MECHANISMS = 2;

  private static final long MAGIC = 0x50474D454E444C53L;
  private static final int HEADER_BYTES = Long.BYTES + 3 * Integer.BYTES;

  private final Path file;

  public StateFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** What was found. */
  public sealed interface Loaded {
    /** The state as it was saved. */
    record Restored(LearnedState state) implements Loaded {}

    /** Nothing was saved yet. */
    record Absent() implements Loaded {}

    /**
     * A file that can't be used.
     *
     * @param reason a sentence
     * @param keptAt where it is now
     */
    record Damaged(String reason, Path keptAt) implements Loaded {}
  }

  /** Why a file can't be used. */
  private static final class UnusableException extends Exception {
    final String reason;

    UnusableException(String reason) {
      super(reason);
      this.reason = reason;
    }
  }

  /**
   * Replaces the file.
   *
   * @throws IOException if it can't be written; what was saved before is still there
   */
  public void save(LearnedState state) throws IOException {
    var temporary = beside(".tmp");
    try (var channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(encode(state));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory();
  }

  /**
   * What was saved last. What a save left behind that was cut off is of no interest.
   *
   * @throws IOException if the file is there but the disk does not give it, or it can't be set
   *     aside
   */
  public Loaded load() throws IOException {
    if (Files.notExists(file)) {
      return new Loaded.Absent();
    }
    try {
      return new Loaded.Restored(decode(Files.readAllBytes(file)));
    } catch (UnusableException e) {
      var aside = beside(".damaged");
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory();
      return new Loaded.Damaged(e.reason, aside);
    }
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

  private static byte[] encode(LearnedState state) throws IOException {
    var body = new ByteArrayOutputStream();
    state.write(new DataOutputStream(body));
    var bytes = body.toByteArray();
    return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
        .putLong(MAGIC)
        .putInt(VERSION)
        .putInt(bytes.length)
        .putInt(checksum(ByteBuffer.wrap(bytes)))
        .put(bytes)
        .array();
  }

  private static LearnedState decode(byte[] bytes) throws UnusableException {
    var buffer = ByteBuffer.wrap(bytes);
    if (buffer.remaining() < HEADER_BYTES || buffer.getLong() != MAGIC) {
      throw new UnusableException("it is not a file of learned state");
    }
    int version = buffer.getInt();
    int length = buffer.getInt();
    int checksum = buffer.getInt();
    if (version < FIRST_VERSION || version > VERSION) {
      throw new UnusableException(
          "it has format %d and this pgmend reads formats %d to %d"
              .formatted(version, FIRST_VERSION, VERSION));
    }
    if (buffer.remaining() != length) {
      throw new UnusableException(
          "it has %d bytes of state where %d were saved".formatted(buffer.remaining(), length));
    }
    if (checksum(buffer.duplicate()) != checksum) {
      throw new UnusableException("its checksum does not match");
    }
    try {
      return LearnedState.read(
          new DataInputStream(new ByteArrayInputStream(bytes, HEADER_BYTES, length)), version);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableException("it can't be understood: " + e.getMessage());
    }
  }

  private static int checksum(ByteBuffer bytes) {
    var checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }
}
