package dev.pgmend.e2e.gauntlet;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One fault, injected for real. Implementations are found by {@link java.util.ServiceLoader}: a new
 * one needs no change elsewhere.
 */
public interface Fault {
  /** The finding that must be made; the scenario's name too. */
  String detector();

  /** What the finding must be about, as its target prints: a part of that text. */
  String target();

  /** Thresholds at which a fault as small as this one is found. */
  default Map<String, String> thresholds() {
    return Map.of();
  }

  /**
   * How long it must last before it is a fault, by these thresholds: detection counts from then.
   *
   * @param interval between two inspections
   */
  default Duration ripensIn(Duration interval) {
    return Duration.ZERO;
  }

  /**
   * Not found within this long, counted from its injection, nor within three inspections, it counts
   * as not found.
   */
  default Duration findableWithin() {
    return Duration.ofSeconds(45);
  }

  /** Findings of these detectors come with the fault by nature, and are right too. */
  default Set<String> comesWith() {
    return Set.of();
  }

  /** Whether pgmend must mend it by itself, or only tell. */
  default boolean mendable() {
    return true;
  }

  /** Whether it keeps other faults from being mended, by holding vacuum back or using things up. */
  default boolean disturbs() {
    return false;
  }

  /** Why the fault can't be injected into this server; empty if it can. */
  default Optional<String> impossible(TargetServer arena) throws SQLException {
    return Optional.empty();
  }

  /** Makes what the fault is brought about in. */
  default void prepare(TargetServer arena) throws SQLException {}

  /**
   * The same, where it takes inspections that see it in good order.
   *
   * @param interval between two inspections
   */
  default void prepare(TargetServer arena, Duration interval) throws SQLException {
    prepare(arena);
  }

  /** What the application asks of it meanwhile, a statement each; the first error counts. */
  default List<String> traffic() {
    return List.of();
  }

  /** Brings the fault about, and returns when other sessions can see it. */
  void inject(TargetServer arena) throws SQLException;

  /** Whether it is gone, in words of its own: it does not take pgmend's word for it. */
  boolean isGone(TargetServer arena) throws SQLException;

  /** Puts an end to whatever is left of it. */
  void cleanUp(TargetServer arena) throws SQLException;
}
