// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.learner.plan.PlanFeatures;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * A stored model: its description and its tensors.
 *
 * @param mean of each feature over the training plans, F
 * @param deviation standard deviation of each, F; 1 where a feature does not vary
 * @param tensors by name; must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record ModelWeights(
    ModelShape shape,
    TrainingFacts facts,
    float[] mean,
    float[] deviation,
    Map<String, float[]> tensors) {
  private static final String RESOURCE = "latency.model";
  private static final int MAGIC = 0x50474d4c; // PGML
  private static final int FORMAT = 1;
  private static final int MAX_HEADER = 1 << 20;
  private static final int MAX_BODY = 1 << 28;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws IllegalArgumentException if a tensor is missing or has another size
   */
  public ModelWeights {
    tensors = Map.copyOf(tensors);
    for (var entry : shape.tensors().entrySet()) {
      var tensor = tensors.get(entry.getKey());
      if (tensor == null || tensor.length != entry.getValue()) {
        throw new IllegalArgumentException(
            "tensor %s has %s values instead of %d"
                .formatted(
                    entry.getKey(), tensor == null ? "no" : tensor.length, entry.getValue()));
      }
    }
    if (mean.length != shape.features() || deviation.length != shape.features()) {
      throw new IllegalArgumentException(
          "means and deviations are not of %d features".formatted(shape.features()));
    }
  }

  /** The same shape and standardization with other tensors. */
  public ModelWeights with(TrainingFacts otherFacts, Map<String, float[]> otherTensors) {
    return new ModelWeights(shape, otherFacts, mean, deviation, otherTensors);
  }

  private record Header(int featureVersion, ModelShape shape, TrainingFacts facts) {}

  /** The weights that are bundled with pgmend. */
  public static ModelWeights bundled() {
    try (var stream = ModelWeights.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is missing in the jar");
      }
      return read(stream);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + RESOURCE + " of the jar", e);
    }
  }

  /**
   * Reads weights that {@link #write} wrote.
   *
   * @throws IOException if the file is damaged or was written for other features, with the reason
   */
  public static ModelWeights read(InputStream stream) throws IOException {
    var in = new DataInputStream(stream);
    try {
      if (in.readInt() != MAGIC) {
        throw new IOException("not a file of a latency model");
      }
      int format = in.readInt();
      if (format != FORMAT) {
        throw new IOException(
            "the model's format is %d; this version reads format %d".formatted(format, FORMAT));
      }
      var header = JSON.readValue(bytes(in, MAX_HEADER), Header.class);
      check(header);
      var body = bytes(in, MAX_BODY);
      if (in.readLong() != checksum(body)) {
        throw new IOException("the weights are damaged: their checksum does not match");
      }
      return weights(header, body);
    } catch (EOFException e) {
      throw new IOException("the weights are truncated", e);
    } catch (IllegalArgumentException e) {
      throw new IOException("the weights do not match their header: " + e.getMessage(), e);
    }
  }

  private static void check(Header header) throws IOException {
    if (header.featureVersion() != PlanFeatures.VERSION
        || header.shape().features() != PlanFeatures.count()) {
      throw new IOException(
          "trained for version %d of the plan features with %d features; this is version %d with %d"
              .formatted(
                  header.featureVersion(),
                  header.shape().features(),
                  PlanFeatures.VERSION,
                  PlanFeatures.count()));
    }
  }

  private static ModelWeights weights(Header header, byte[] body) throws IOException {
    var shape = header.shape();
    int expected = 2 * shape.features();
    for (int size : shape.tensors().values()) {
      expected += size;
    }
    var floats = ByteBuffer.wrap(body).asFloatBuffer();
    if (floats.remaining() != expected) {
      throw new IOException("%d weights instead of %d".formatted(floats.remaining(), expected));
    }
    var mean = new float[shape.features()];
    var deviation = new float[shape.features()];
    floats.get(mean).get(deviation);
    var tensors = new TreeMap<String, float[]>();
    shape
        .tensors()
        .forEach((name, size) -> {
          var tensor = new float[size];
          floats.get(tensor);
          tensors.put(name, tensor);
        });
    return new ModelWeights(shape, header.facts(), mean, deviation, tensors);
  }

  /** Header as JSON, then all values, big-endian, then a checksum (CRC-32). */
  public void write(OutputStream stream) throws IOException {
    var out = new DataOutputStream(stream);
    out.writeInt(MAGIC);
    out.writeInt(FORMAT);
    var header = JSON.writeValueAsString(new Header(PlanFeatures.VERSION, shape, facts));
    var body = body();
    write(out, header.getBytes(StandardCharsets.UTF_8));
    write(out, body);
    out.writeLong(checksum(body));
    out.flush();
  }

  private byte[] body() throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    write(out, mean);
    write(out, deviation);
    for (var name : shape.tensors().keySet()) {
      write(out, tensor(name));
    }
    return bytes.toByteArray();
  }

  /** The tensor with a name of {@link ModelShape}. */
  float[] tensor(String name) {
    var tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return tensor;
  }

  private static void write(DataOutputStream out, float[] values) throws IOException {
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(DataInputStream in, int atMost) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > atMost) {
      throw new IOException("the weights are damaged: a part of %d bytes".formatted(length));
    }
    var bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  /** A fingerprint of these weights, in eight hexadecimal digits. */
  public String fingerprint() {
    var sum = new CRC32();
    try {
      write(new CheckedOutputStream(OutputStream.nullOutputStream(), sum));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  private static long checksum(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }
}
