// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.status;

import dev.pgmend.api.v1alpha1.Condition;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds the conditions of a resource. A condition whose status did not change keeps the time of
 * its last transition; otherwise every pass would change the resource and cause another pass.
 */
public final class Conditions {
  private final List<Condition> before;
  private final @Nullable Long generation;
  private final Clock clock;
  private final Map<String, Condition> now = new LinkedHashMap<>();

  public Conditions(List<Condition> before, @Nullable Long generation, Clock clock) {
    this.before = before;
    this.generation = generation;
    this.clock = clock;
  }

  public Conditions isTrue(String type, String reason, String message) {
    return set(type, Condition.TRUE, reason, message);
  }

  public Conditions isFalse(String type, String reason, String message) {
    return set(type, Condition.FALSE, reason, message);
  }

  public Conditions unknown(String type, String reason, String message) {
    return set(type, Condition.UNKNOWN, reason, message);
  }

  /** Adds a condition of the last status as it was; nothing if there was none. */
  public Conditions keep(String type) {
    before.stream().filter(old -> old.type().equals(type)).forEach(old -> now.put(type, old));
    return this;
  }

  public List<Condition> build() {
    return List.copyOf(now.values());
  }

  private Conditions set(String type, String status, String reason, String message) {
    var since =
        before.stream()
            .filter(old -> old.type().equals(type) && old.status().equals(status))
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    now.put(type, new Condition(type, status, reason, message, since, generation));
    return this;
  }
}
