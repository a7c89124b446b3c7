package dev.pgmend.healing.detect;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What earlier inspections of one server saw and later ones compare against. Losing it loses
 * nothing but the comparison: it is learnt anew.
 */
public final class Memory {
  private static final int READINGS_KEPT = 64;

  private final ConcurrentMap<String, Double> lowest = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Standing> standing = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Deque<Reading>> readings = new ConcurrentHashMap<>();

  private final ConcurrentMap<String, String> kept = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Object> parts = new ConcurrentHashMap<>();

  private record Standing(String value, Instant since) {}

  private record Reading(Instant at, Map<String, Long> counters) {
    boolean precedes(Reading later) {
      return counters.entrySet().stream()
          .allMatch(entry -> later.counters.getOrDefault(entry.getKey(), -1L) >= entry.getValue());
    }
  }

  /**
   * By how much counters grew.
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

  /** Takes away the entries that were used longest ago, until no more than so many are left. */
  static <K, V> void keepLatest(Map<K, V> entries, int most, Function<V, Instant> lastUsed) {
    entries.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<K, V> entry) -> lastUsed.apply(entry.getValue()))
                .reversed())
        .skip(most)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(entries::remove);
  }

  /** Notes a value and returns the lowest ever noted under this name, this one included. */
  public double lowest(String name, double value) {
    return lowest.merge(name, value, Math::min);
  }

  /** Keeps a text, such as how far a round has come that one inspection can't finish. */
  public void keep(String name, String text) {
    kept.put(name, text);
  }

  /** Keeps it no longer. */
  public void forget(String name) {
    kept.remove(name);
  }

  /** What was last kept under this name. */
  public Optional<String> kept(String name) {
    return Optional.ofNullable(kept.get(name));
  }

  /**
   * What a detector keeps in a form of its own. Inspections may overlap: whoever changes it holds
   * its lock.
   *
   * @param name always the same for one type
   */
  <T> T part(String name, Class<T> type, Supplier<T> made) {
    return type.cast(parts.computeIfAbsent(name, _ -> made.get()));
  }

  /**
   * Notes a value and returns since when it has been the same.
   *
   * @param now by the server's clock
   */
  public Instant unchangedSince(String name, String value, Instant now) {
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
    var latest = new Reading(now, Map.copyOf(counters));
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
