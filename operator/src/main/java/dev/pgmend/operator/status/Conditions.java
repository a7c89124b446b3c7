package dev.pgmend.operator.status;

import dev.pgmend.api.v1alpha1.Condition;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a resource's conditions afresh, keeping the time of the last transition where the status
 * did not change: rewritten at each pass it would make every pass a change, for ever.
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
