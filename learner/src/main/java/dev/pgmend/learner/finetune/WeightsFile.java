// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.ModelWeights;
import dev.pgmend.learner.sona.CheckedFile;
import dev.pgmend.learner.sona.CheckedFile.UnusableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights fitted to this cluster and the previous ones, in one file each: {@code model.bin} and
 * {@code model.previous.bin}, see {@link CheckedFile}. Content: the fingerprint of the bundled
 * weights that they come from, then the weights. An unusable file is renamed to {@code
 * NAME.damaged} and logged. The mark is {@code PGMENDLM}.
 */
public final class WeightsFile {
  private static final Logger LOG = LoggerFactory.getLogger(WeightsFile.class);
  private static final long MARK = 0x50474D454E444C4DL;
  private static final int VERSION = 1;

  private final CheckedFile current;
  private final CheckedFile previous;
  private final String origin;

  /**
   * @param bundled the bundled weights that the fitted ones must be derived from
   */
  public WeightsFile(Path directory, ModelWeights bundled) {
    current = new CheckedFile(directory.resolve("model.bin"), MARK, "weights");
    previous = new CheckedFile(directory.resolve("model.previous.bin"), MARK, "weights");
    origin = bundled.fingerprint();
  }

  /**
   * Replaces the current weights and keeps them as the previous ones.
   *
   * @throws IOException if the files cannot be written; the current weights then stay
   */
  public void replace(ModelWeights others, ModelWeights by) throws IOException {
    // At any moment the current file is complete and contains one of the two.
    previous.save(encode(others));
    current.save(encode(by));
  }

  /**
   * Restores the previous weights.
   *
   * @throws IOException if the file cannot be written; the current weights then stay
   */
  public void restore(ModelWeights before) throws IOException {
    current.save(encode(before));
  }

  /** The current weights; empty if there are none, or they are unusable. */
  public Optional<ModelWeights> current() {
    return load(current);
  }

  /** The previous weights; empty if there are none, or they are unusable. */
  public Optional<ModelWeights> previous() {
    return load(previous);
  }

  private Optional<ModelWeights> load(CheckedFile file) {
    try {
      var content = file.load();
      return content.isPresent() ? Optional.of(decode(content.get())) : Optional.empty();
    } catch (UnusableException e) {
      LOG.warn("Cannot use the fitted weights: reason=\"{}\" keptAt={}", e.reason(), aside(file));
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("Cannot read the fitted weights; the bundled ones are used", e);
      return Optional.empty();
    }
  }

  private static String aside(CheckedFile file) {
    try {
      return file.setAside().toString();
    } catch (IOException e) {
      return "their place, because moving them failed: " + e.getMessage();
    }
  }

  private CheckedFile.Content encode(ModelWeights weights) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeUTF(origin);
    weights.write(out);
    return new CheckedFile.Content(VERSION, bytes.toByteArray());
  }

  private ModelWeights decode(CheckedFile.Content content) throws UnusableException {
    if (content.version() != VERSION) {
      throw new UnusableException(
          "their format is %d, and this version of pgmend reads format %d"
              .formatted(content.version(), VERSION));
    }
    try {
      var in = new DataInputStream(new ByteArrayInputStream(content.bytes()));
      if (!in.readUTF().equals(origin)) {
        throw new UnusableException("they were derived from the weights of another release");
      }
      return ModelWeights.read(in);
    } catch (IOException e) {
      throw new UnusableException("cannot parse them: " + e.getMessage());
    }
  }
}
