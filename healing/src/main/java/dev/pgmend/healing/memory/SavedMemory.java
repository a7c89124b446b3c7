// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.memory;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Memory} between two lives of the process, as compressed JSON.
 *
 * @param used when what is kept under a name was last asked for
 */
public record SavedMemory(
    Map<String, Instant> used,
    Map<String, Double> lowest,
    Map<String, Memory.Standing> standing,
    Map<String, String> kept,
    Map<String, List<Memory.Reading>> readings,
    Map<String, JsonNode> parts) {
  private static final Logger LOG = LoggerFactory.getLogger(SavedMemory.class);

  /** A part that was not used for this long belongs to an object that no longer exists. */
  private static final Duration KEPT = Duration.ofDays(60);

  private static final ObjectMapper JSON =
      new ObjectMapper()
          // A later version may have saved more.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .registerModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new Millis())
                  .addDeserializer(Instant.class, new FromMillis()));

  /**
   * Serializes a memory. If it is too large, the largest parts are left out and collected again.
   *
   * @param maxBytes of the result
   */
  public static byte[] write(Memory memory, int maxBytes) {
    var saved = memory.saved(Instant.now().minus(KEPT));
    var parts = new HashMap<>(saved.parts);
    while (true) {
      var bytes = compressed(saved.with(parts));
      if (bytes.length <= maxBytes || parts.isEmpty()) {
        return bytes;
      }
      parts.entrySet().stream()
          .max(Comparator.comparingInt(part -> part.getValue().toString().length()))
          .map(Map.Entry::getKey)
          .ifPresent(largest -> {
            LOG.warn(
                "The memory of {} is too large to save; later inspections collect it again",
                largest);
            parts.remove(largest);
          });
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if it is something else
   */
  public static Memory read(byte[] bytes) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return Memory.of(JSON.readValue(in, SavedMemory.class));
    }
  }

  static JsonNode json(Object part) {
    return JSON.valueToTree(part);
  }

  /** Empty if a version with another format wrote it. */
  static <T> Optional<T> part(JsonNode json, Class<T> type) {
    try {
      return Optional.of(JSON.treeToValue(json, type));
    } catch (JacksonException e) {
      LOG.warn("The saved memory {} cannot be read; later inspections collect it again", type, e);
      return Optional.empty();
    }
  }

  private SavedMemory with(Map<String, JsonNode> otherParts) {
    return new SavedMemory(used, lowest, standing, kept, readings, otherParts);
  }

  private static byte[] compressed(SavedMemory saved) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      JSON.writeValue(out, saved);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static final class Millis extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant at, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNumber(at.toEpochMilli());
    }
  }

  private static final class FromMillis extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return Instant.ofEpochMilli(json.getLongValue());
    }
  }
}
