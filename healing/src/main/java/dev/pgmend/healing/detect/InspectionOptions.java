// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import dev.pgmend.healing.postgres.Machine;
import java.util.Map;

/**
 * Options of inspections that a user sets.
 *
 * @param machine as the user declares it; undeclared values are read if the server runs on this
 *     machine
 */
public record InspectionOptions(Thresholds thresholds, SettingPolicy settings, Machine machine) {
  public static final InspectionOptions DEFAULTS = of(Map.of());

  /**
   * Thresholds alone.
   *
   * @throws IllegalArgumentException if a name or a value is wrong
   */
  public static InspectionOptions of(Map<String, String> thresholds) {
    return new InspectionOptions(new Thresholds(thresholds), SettingPolicy.NONE, Machine.UNKNOWN);
  }

  public InspectionOptions with(SettingPolicy other) {
    return new InspectionOptions(thresholds, other, machine);
  }

  public InspectionOptions with(Machine other) {
    return new InspectionOptions(thresholds, settings, other);
  }
}
