// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import dev.pgmend.healing.finding.Quantities;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/**
 * A number of a detector that a policy may change. The declaration is also the key by which the
 * detector reads it, so that no detector can read what it did not declare.
 *
 * @param detector whose threshold it is
 * @param name begins with {@code warn}, {@code critical}, {@code min} or {@code max}; carries a
 *     unit where the type does not
 * @param kind how its values are written
 * @param byDefault the value that holds if no policy sets another
 * @param meaning one sentence for the user
 * @param reader reads a value; throws IllegalArgumentException if the text is none
 */
public record Threshold<T>(
    String detector,
    String name,
    Kind kind,
    T byDefault,
    String meaning,
    Function<String, T> reader) {

  /** How values are written. */
  public enum Kind {
    BYTES("bytes", "a quantity of bytes such as 10Mi, 50M or 10485760"),
    COUNT("count", "a whole number such as 1000"),
    PERCENT("percent", "a whole number of percent such as 50"),
    DURATION("duration", "a duration such as 30s, 5m, 12h or 35d"),
    RATIO("ratio", "a number such as 2 or 1.5");

    private final String unit;
    private final String example;

    Kind(String unit, String example) {
      this.unit = unit;
      this.example = example;
    }

    /** One word for a table. */
    public String unit() {
      return unit;
    }
  }

  /** A size, written as a Kubernetes quantity. */
  public static Threshold<Long> bytes(
      String detector, String name, long byDefault, String meaning) {
    return new Threshold<>(detector, name, Kind.BYTES, byDefault, meaning, Quantities::bytes);
  }

  /** A number of things. */
  public static Threshold<Long> count(
      String detector, String name, long byDefault, String meaning) {
    return new Threshold<>(detector, name, Kind.COUNT, byDefault, meaning, Quantities::count);
  }

  /** A share in whole percent. */
  public static Threshold<Long> percent(
      String detector, String name, long byDefault, String meaning) {
    return new Threshold<>(detector, name, Kind.PERCENT, byDefault, meaning, Quantities::count);
  }

  /** A length of time. */
  public static Threshold<Duration> duration(
      String detector, String name, Duration byDefault, String meaning) {
    return new Threshold<>(detector, name, Kind.DURATION, byDefault, meaning, Quantities::duration);
  }

  /** A factor or a score, without a unit. */
  public static Threshold<Double> ratio(
      String detector, String name, double byDefault, String meaning) {
    return new Threshold<>(detector, name, Kind.RATIO, byDefault, meaning, Quantities::number);
  }

  /** The name as policies write it: {@code IndexBloat.minSaving}. */
  public String key() {
    return detector + "." + name;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public T parse(String text) {
    try {
      return reader.apply(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s is '%s', which is not a %s; write %s".formatted(key(), text, noun(), kind.example),
          e);
    }
  }

  private String noun() {
    return switch (kind) {
      case BYTES -> "quantity of bytes";
      case COUNT -> "count";
      case PERCENT -> "percentage";
      case DURATION -> "duration";
      case RATIO -> "number";
    };
  }

  /** The default as a policy would write it. */
  public String defaultText() {
    return switch (byDefault) {
      case Duration duration -> Quantities.text(duration);
      case Long number when kind == Kind.BYTES -> Quantities.text(number);
      case Double number when number == Math.rint(number) ->
          String.format(Locale.ROOT, "%.0f", number);
      default -> byDefault.toString();
    };
  }
}
