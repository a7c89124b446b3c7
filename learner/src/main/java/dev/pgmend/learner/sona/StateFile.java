package dev.pgmend.learner.sona;

import dev.pgmend.learner.sona.CheckedFile.UnusableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps what is learned in one file, see {@link CheckedFile}. A file that can't be read is set
 * aside under {@code NAME.damaged}, and learning begins anew: what is lost is what was learned,
 * never more. Its mark is {@code PGMENDLS}.
 */
public final class StateFile {
  /** Raised with each change of what {@link LearnedState} writes; earlier ones are still read. */
  static final int VERSION = 2;

  private static final int FIRST_VERSION = 1;

  /** The version from which on it is kept what mechanisms were worth. */
  static final int WITH_MECHANISMS = 2;

  private static final long MARK = 0x50474D454E444C53L;

  private final CheckedFile file;

  public StateFile(Path file) {
    this.file = new CheckedFile(file, MARK, "learned state");
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

  /**
   * Replaces the file.
   *
   * @throws IOException if it can't be written; what was saved before is still there
   */
  public void save(LearnedState state) throws IOException {
    var body = new ByteArrayOutputStream();
    state.write(new DataOutputStream(body));
    file.save(new CheckedFile.Content(VERSION, body.toByteArray()));
  }

  /**
   * What was saved last.
   *
   * @throws IOException if the file is there but the disk does not give it, or it can't be set
   *     aside
   */
  public Loaded load() throws IOException {
    try {
      var content = file.load();
      return content.isPresent() ? new Loaded.Restored(decode(content.get())) : new Loaded.Absent();
    } catch (UnusableException e) {
      return new Loaded.Damaged(e.reason(), file.setAside());
    }
  }

  private static LearnedState decode(CheckedFile.Content content) throws UnusableException {
    int version = content.version();
    if (version < FIRST_VERSION || version > VERSION) {
      throw new UnusableException(
          "it has format %d and this pgmend reads formats %d to %d"
              .formatted(version, FIRST_VERSION, VERSION));
    }
    try {
      return LearnedState.read(
          new DataInputStream(new ByteArrayInputStream(content.bytes())), version);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableException("it can't be understood: " + e.getMessage());
    }
  }
}
