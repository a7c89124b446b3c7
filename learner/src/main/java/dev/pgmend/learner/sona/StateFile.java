// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import dev.pgmend.learner.sona.CheckedFile.UnusableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The learned state in one file, see {@link CheckedFile}. An unusable file is renamed to {@code
 * NAME.damaged}, and learning restarts. Its mark is {@code PGMENDLS}.
 */
public final class StateFile {
  /** Increased with each change of the format; earlier versions can still be read. */
  static final int VERSION = 2;

  private static final int FIRST_VERSION = 1;

  /** The first version that contains the rewards of mechanisms. */
  static final int WITH_MECHANISMS = 2;

  private static final long MARK = 0x50474D454E444C53L;

  private final CheckedFile file;

  public StateFile(Path file) {
    this.file = new CheckedFile(file, MARK, "learned state");
  }

  /** The result of loading. */
  public sealed interface Loaded {
    /** The saved state. */
    record Restored(LearnedState state) implements Loaded {}

    /** There is no saved state. */
    record Absent() implements Loaded {}

    /**
     * The file is unusable.
     *
     * @param reason a sentence
     * @param keptAt its new path
     */
    record Damaged(String reason, Path keptAt) implements Loaded {}
  }

  /**
   * Saves the state.
   *
   * @throws IOException if it cannot be written; the previous state remains
   */
  public void save(LearnedState state) throws IOException {
    var body = new ByteArrayOutputStream();
    state.write(new DataOutputStream(body));
    file.save(new CheckedFile.Content(VERSION, body.toByteArray()));
  }

  /**
   * Loads the last saved state.
   *
   * @throws IOException if the file exists but cannot be read or renamed
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
          "its format is %d, and this version of pgmend reads formats %d to %d"
              .formatted(version, FIRST_VERSION, VERSION));
    }
    try {
      return LearnedState.read(
          new DataInputStream(new ByteArrayInputStream(content.bytes())), version);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableException("cannot parse it: " + e.getMessage());
    }
  }
}
