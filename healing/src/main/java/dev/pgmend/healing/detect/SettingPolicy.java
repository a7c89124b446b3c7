// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import java.util.Map;
import java.util.Optional;

/**
 * Values and bounds that a policy sets for the server's settings (parameters).
 *
 * @param pinned the value that a setting must have, by its name
 * @param bounds between which a proposed value must lie, by the setting's name
 */
public record SettingPolicy(Map<String, String> pinned, Map<String, Bounds> bounds) {
  public static final SettingPolicy NONE = new SettingPolicy(Map.of(), Map.of());

  public SettingPolicy {
    pinned = Map.copyOf(pinned);
    bounds = Map.copyOf(bounds);
  }

  /** Bounds of a setting, as Postgres writes its values, both included. */
  public record Bounds(Optional<String> min, Optional<String> max) {}
}
