// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.memory;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Results of earlier inspections of one server, which later ones compare with. It can be lost
 * safely: later inspections collect it again. {@link SavedMemory} carries it over a restart.
 */
public final class Memory {
  private static final int READINGS_KEPT = 64;

  private final ConcurrentMap<String, Double> lowest = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Standing> standing = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Deque<Reading>> readings = new ConcurrentHashMap<>();

  private final ConcurrentMap<String, String> kept = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Object> parts = new ConcurrentHashMap<>();

  /** Saved parts that were not used since they were loaded, by name. */
  private final ConcurrentMap<String, JsonNode> saved = new ConcurrentHashMap<>();

  /** When what is kept under a name was last asked for. */
  private final ConcurrentMap<String, Instant> used = new ConcurrentHashMap<>();

  /** A part that outlives a restart: Jackson must be able to write it and to read it. */
  public interface Lasting {}

  /** A value and since when it has been the same. */
  record Standing(String value, Instant since) {}

  /** Counters as they were at a moment. */
  record Reading(Instant at, Map<String, Long> counters) {
    Reading {
      counters = Map.copyOf(counters);
    }

    boolean precedes(Reading later) {
      return counters.entrySet().stream()
          .allMatch(entry -> later.counters.getOrDefault(entry.getKey(), -1L) >= entry.getValue());
    }
  }

  /**
   * Growth of counters.
   *
   * @param over the time between the two readings
   */
  public record Growth(Duration over, Map<String, Long> by) {
    public Growth {
      by = Map.copyOf(by);
    }

    public long of(String counter) {
      return by.getOrDefault(counter, 0L);
    }

    public double perHour(String counter) {
      return of(counter) * 3_600_000.0 / Math.max(1, over.toMillis());
    }
  }

  /** All parts that last, except those not used since then. */
  SavedMemory saved(Instant since) {
    var readingsNow = new TreeMap<String, List<Reading>>();
    readings.forEach((name, known) -> {
      synchronized (known) {
        readingsNow.put(name, List.copyOf(known));
      }
    });
    var partsNow = new TreeMap<>(saved);
    parts.forEach((name, part) -> {
      if (part instanceof Lasting) {
        synchronized (part) {
          partsNow.put(name, SavedMemory.json(part));
        }
      }
    });
    var last =
        used.entrySet().stream()
            .filter(entry -> !entry.getValue().isBefore(since))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return new SavedMemory(
        last,
        stillUsed(lowest, last),
        stillUsed(standing, last),
        stillUsed(kept, last),
        stillUsed(readingsNow, last),
        stillUsed(partsNow, last));
  }

  private static <V> Map<String, V> stillUsed(Map<String, V> all, Map<String, Instant> used) {
    return all.entrySet().stream()
        .filter(entry -> used.containsKey(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static Memory of(SavedMemory saved) {
    var memory = new Memory();
    memory.used.putAll(saved.used());
    memory.lowest.putAll(saved.lowest());
    memory.standing.putAll(saved.standing());
    memory.kept.putAll(saved.kept());
    saved.readings().forEach((name, known) -> memory.readings.put(name, new ArrayDeque<>(known)));
    memory.saved.putAll(saved.parts());
    return memory;
  }

  /** Removes the least recently used entries until at most {@code max} are left. */
  public static <K, V> void keepLatest(Map<K, V> entries, int max, Function<V, Instant> lastUsed) {
    entries.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<K, V> entry) -> lastUsed.apply(entry.getValue()))
                .reversed())
        .skip(max)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(entries::remove);
  }

  /** Notes a value and returns the lowest ever noted under this name, this one included. */
  public double lowest(String name, double value) {
    use(name);
    return lowest.merge(name, value, Math::min);
  }

  /** Keeps a text, such as how far a round has come that one inspection can't finish. */
  public void keep(String name, String text) {
    use(name);
    kept.put(name, text);
  }

  /** Keeps it no longer. */
  public void forget(String name) {
    kept.remove(name);
  }

  /** The value last kept under this name. */
  public Optional<String> kept(String name) {
    use(name);
    return Optional.ofNullable(kept.get(name));
  }

  /**
   * The state of a detector in its own type. Inspections can overlap: hold its lock to change it.
   *
   * @param name always the same for one type
   */
  public <T> T part(String name, Class<T> type, Supplier<T> made) {
    use(name);
    return type.cast(
        parts.computeIfAbsent(
            name,
            _ -> {
              var before = saved.remove(name);
              return before == null ? made.get() : SavedMemory.part(before, type).orElseGet(made);
            }));
  }

  private void use(String name) {
    used.put(name, Instant.now());
  }

  /**
   * Notes a value and returns since when it has been the same.
   *
   * @param now by the server's clock
   */
  public Instant unchangedSince(String name, String value, Instant now) {
    use(name);
    return standing
        .merge(
            name,
            new Standing(value, now),
            (before, latest) -> before.value.equals(latest.value) ? before : latest)
        .since();
  }

  /**
   * Notes counters that only grow, and returns by how much they grew over about the given time.
   * Counters that fell were reset: what was read before is forgotten.
   *
   * @param now by the server's clock
   * @param over the reading taken that long ago or, if there is none so old, the oldest is compared
   * @return empty at the first reading, and at the first after a reset
   */
  public Optional<Growth> growth(
      String name, Instant now, Map<String, Long> counters, Duration over) {
    use(name);
    var latest = new Reading(now, counters);
    var known = readings.computeIfAbsent(name, _ -> new ArrayDeque<>());
    synchronized (known) {
      if (!known.isEmpty() && !known.getLast().precedes(latest)) {
        known.clear();
      }
      var from = now.minus(over);
      // One older than asked for is kept: without it the time compared would be too short.
      while (known.size() > 1 && !second(known).at().isAfter(from)) {
        known.removeFirst();
      }
      var before = known.peekFirst();
      if (known.isEmpty()
          || now.isAfter(known.getLast().at().plus(over.dividedBy(READINGS_KEPT)))) {
        known.addLast(latest);
      }
      return before == null || !before.at().isBefore(now)
          ? Optional.empty()
          : Optional.of(
              new Growth(
                  Duration.between(before.at(), now),
                  latest.counters().entrySet().stream()
                      .collect(
                          Collectors.toMap(
                              Map.Entry::getKey,
                              entry ->
                                  entry.getValue()
                                      - before.counters().getOrDefault(entry.getKey(), 0L)))));
    }
  }

  private static Reading second(Deque<Reading> readings) {
    var all = readings.iterator();
    all.next();
    return all.next();
  }
}
