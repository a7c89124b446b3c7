// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A fault that the gauntlet injects into a real server. {@link java.util.ServiceLoader} finds the
 * implementations, so a new fault needs no change elsewhere.
 */
public interface Fault {
  /** Name of the finding that must be reported, and of the fault. */
  String detector();

  /** A part of the text of the finding's target. */
  String target();

  /** Thresholds that are low enough to detect a fault of this size. */
  default Map<String, String> thresholds() {
    return Map.of();
  }

  /** Parameters that the policy pins, by name. */
  default Map<String, String> pinned() {
    return Map.of();
  }

  /**
   * How long the fault must last until it exceeds the thresholds. The time to detection starts
   * then.
   *
   * @param interval between two inspections
   */
  default Duration ripensIn(Duration interval) {
    return Duration.ZERO;
  }

  /**
   * The longer of this time and three inspections, counted from the injection, is how long pgmend
   * has to find the fault.
   */
  default Duration findableWithin() {
    return Duration.ofSeconds(45);
  }

  /** Detectors whose findings are also correct while the fault exists. */
  default Set<String> comesWith() {
    return Set.of();
  }

  /** Whether pgmend must repair the fault automatically, or only report it. */
  default boolean repairable() {
    return true;
  }

  /**
   * Whether it prevents the repair of other faults, because it holds back vacuum or exhausts a
   * resource.
   */
  default boolean disturbs() {
    return false;
  }

  /** Why the fault cannot be injected into this server; empty if it can. */
  default Optional<String> impossible(TargetServer server) throws SQLException {
    return Optional.empty();
  }

  /** Creates the objects that the fault needs. */
  default void prepare(TargetServer server) throws SQLException {}

  /**
   * The same, for a fault that needs inspections of the healthy state first.
   *
   * @param interval between two inspections
   */
  default void prepare(TargetServer server, Duration interval) throws SQLException {
    prepare(server);
  }

  /** Statements that the application runs meanwhile. Any error fails the fault. */
  default List<String> traffic() {
    return List.of();
  }

  /** Injects the fault and returns when other sessions can see it. */
  void inject(TargetServer server) throws SQLException;

  /** Whether the fault is gone, by a check that does not rely on pgmend. */
  boolean isGone(TargetServer server) throws SQLException;

  /** Removes whatever is left of the fault. */
  void cleanUp(TargetServer server) throws SQLException;
}
