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
 * Weights that were fitted to this cluster, and those before them, a file each: {@code model.bin}
 * and {@code model.previous.bin}, see {@link CheckedFile}. Content: the fingerprint of the bundled
 * weights that they come from, then the weights. One that can't be used is set aside under {@code
 * NAME.damaged} and told. The mark is {@code PGMENDLM}.
 */
public final class WeightsFile {
  private static final Logger LOG = LoggerFactory.getLogger(WeightsFile.class);
  private static final long MARK = 0x50474D454E444C4DL;
  private static final int VERSION = 1;

  private final CheckedFile current;
  private final CheckedFile previous;
  private final String origin;

  /**
   * @param bundled from which all weights here come; those of another release's are of no use
   */
  public WeightsFile(Path directory, ModelWeights bundled) {
    current = new CheckedFile(directory.resolve("model.bin"), MARK, "weights");
    previous = new CheckedFile(directory.resolve("model.previous.bin"), MARK, "weights");
    origin = bundled.fingerprint();
  }

  /**
   * Puts weights in the place of others, which are kept beside them.
   *
   * @throws IOException if they can't be written; then the others are still in their place
   */
  public void replace(ModelWeights others, ModelWeights by) throws IOException {
    // At any moment the current file is whole and is one of the two.
    previous.save(encode(others));
    current.save(encode(by));
  }

  /**
   * Goes back to the weights before.
   *
   * @throws IOException if they can't be written; then the current ones are still in their place
   */
  public void restore(ModelWeights before) throws IOException {
    current.save(encode(before));
  }

  /** Those to serve; empty if there are none of use. */
  public Optional<ModelWeights> current() {
    return load(current);
  }

  /** Those that served before; empty if there are none of use. */
  public Optional<ModelWeights> previous() {
    return load(previous);
  }

  private Optional<ModelWeights> load(CheckedFile file) {
    try {
      var content = file.load();
      return content.isPresent() ? Optional.of(decode(content.get())) : Optional.empty();
    } catch (UnusableException e) {
      LOG.warn("Fitted weights can't be used: {}. They are kept at {}", e.reason(), aside(file));
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("Fitted weights can't be read; those that pgmend comes with serve", e);
      return Optional.empty();
    }
  }

  private static String aside(CheckedFile file) {
    try {
      return file.setAside().toString();
    } catch (IOException e) {
      return "their place, since moving them failed: " + e.getMessage();
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
          "they have format %d and this pgmend reads format %d"
              .formatted(content.version(), VERSION));
    }
    try {
      var in = new DataInputStream(new ByteArrayInputStream(content.bytes()));
      if (!in.readUTF().equals(origin)) {
        throw new UnusableException("they were fitted from the weights of another release");
      }
      return ModelWeights.read(in);
    } catch (IOException e) {
      throw new UnusableException("they can't be understood: " + e.getMessage());
    }
  }
}
