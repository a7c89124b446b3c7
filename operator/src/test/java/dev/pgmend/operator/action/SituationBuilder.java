// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.operator.action.Situation.Past;
import dev.pgmend.operator.action.Situation.Sighting;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.testing.PolicyBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A situation in which only what a test sets holds an action. */
final class SituationBuilder {
  private final Gate gate;
  private Instant now = Instant.parse("2026-03-04T12:00:00Z");
  private boolean paused;
  private Sighting sighting = Sighting.PRESENT;
  private Optional<String> blockedBy = Optional.empty();
  private Past past = new Past(true, Duration.ZERO);
  private long indexBytes;

  private SituationBuilder(Gate gate) {
    this.gate = gate;
  }

  static SituationBuilder under(PolicyBuilder policy) {
    return under(new EffectivePolicy("nights", policy.spec(), Set.of()));
  }

  static SituationBuilder under(EffectivePolicy policy) {
    return new SituationBuilder(new Gate(policy));
  }

  SituationBuilder at(Instant value) {
    now = value;
    return this;
  }

  SituationBuilder paused(boolean value) {
    paused = value;
    return this;
  }

  SituationBuilder seen(Sighting value) {
    sighting = value;
    return this;
  }

  SituationBuilder blockedBy(String other) {
    blockedBy = Optional.of(other);
    return this;
  }

  SituationBuilder notYetWatched(Duration missing) {
    past = new Past(true, missing);
    return this;
  }

  SituationBuilder unmeasurable() {
    past = new Past(false, Duration.ZERO);
    return this;
  }

  SituationBuilder building(long bytes) {
    indexBytes = bytes;
    return this;
  }

  Situation build() {
    return new Situation(now, gate, paused, sighting, blockedBy, past, indexBytes);
  }
}
