package dev.pgmend.healing.detect;

import dev.pgmend.healing.finding.ByteSize;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Thresholds as a policy sets them, by {@code Detector.name}; a detector brings its default. */
public record Thresholds(Map<String, String> settings) {
  public static final Thresholds DEFAULTS = new Thresholds(Map.of());

  public Thresholds {
    settings = Map.copyOf(settings);
  }

  public double number(String name, double byDefault) {
    var text = settings.get(name);
    if (text == null) {
      return byDefault;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Threshold " + name + " is '" + text + "', which is not a number", e);
    }
  }

  /** What the name maps to, if anything. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(settings.get(name));
  }

  /** All whose names begin so, by the rest of their names. */
  public Map<String, String> below(String prefix) {
    var below = new TreeMap<String, String>();
    settings.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        below.put(name.substring(prefix.length()), value);
      }
    });
    return below;
  }

  /** Bytes: a plain number, or one with kB, MB, GB or TB as Postgres writes them. */
  public long bytes(String name, long byDefault) {
    var text = settings.get(name);
    return text == null ? byDefault : ByteSize.parse(name, text);
  }
}
