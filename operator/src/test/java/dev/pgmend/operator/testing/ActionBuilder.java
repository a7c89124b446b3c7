// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.testing;

import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingActionStatus.JournalEntry;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Times;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.api.v1alpha1.Severity;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An action with the fields that a test sets; it analyzes a table. */
public final class ActionBuilder {
  public static final String TYPE = "Analyze";

  private static final HealingActionSpec.Target ORDERS =
      HealingActionSpec.Target.relation("shop", "public", "orders");
  private static final List<String> STATEMENTS = List.of("ANALYZE \"public\".\"orders\"");

  /** The name that pgmend gives such an action. */
  public static final String NAME = HealingActionNames.of("shop", TYPE, ORDERS, STATEMENTS);

  private final String name;
  private final Map<String, String> annotations = new HashMap<>();
  private HealingPhase phase = HealingPhase.Proposed;
  private Approval approval;
  private long generation = 1;
  private List<String> undo = List.of();
  private List<JournalEntry> journal = List.of();
  private Integer attempts;
  private Times times = Times.NONE;

  private ActionBuilder(String name) {
    this.name = name;
  }

  public static ActionBuilder action() {
    return action(NAME);
  }

  public static ActionBuilder action(String name) {
    return new ActionBuilder(name);
  }

  public ActionBuilder in(HealingPhase value) {
    phase = value;
    return this;
  }

  /** Set after the action was created, or never if null. */
  public ActionBuilder approval(Approval value) {
    approval = value;
    generation = value == null ? 1 : 2;
    return this;
  }

  /** Set when the action was created. */
  public ActionBuilder createdWith(Approval value) {
    approval = value;
    generation = 1;
    return this;
  }

  public ActionBuilder undoneBy(String... statements) {
    undo = List.of(statements);
    return this;
  }

  /** The first of its statements took effect. */
  public ActionBuilder partiallyApplied() {
    journal =
        List.of(
            new JournalEntry(1, 0, JournalEvent.Done, "first", "2026-03-04T11:00:00Z", Map.of()));
    return this;
  }

  public ActionBuilder attempts(int value) {
    attempts = value;
    return this;
  }

  public ActionBuilder annotated(String key, String value) {
    annotations.put(key, value);
    return this;
  }

  /** When it entered a phase; it may be another than the one that it is in. */
  public ActionBuilder entered(HealingPhase when, Instant at) {
    return entered(when, at.toString());
  }

  public ActionBuilder entered(HealingPhase when, String at) {
    times = times.entered(when, at);
    return this;
  }

  public HealingAction build() {
    var action = new HealingAction();
    action.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("default")
            .withGeneration(generation)
            .withUid("uid-of-" + name)
            .withAnnotations(annotations.isEmpty() ? null : annotations)
            .build());
    action.setSpec(
        new HealingActionSpec(
            HealingActionSpec.ClusterRef.named("shop"),
            TYPE,
            ORDERS,
            new HealingActionSpec.Finding(
                "StaleStatistics", Severity.Warning, "orders was never analysed", Map.of()),
            STATEMENTS,
            undo,
            null,
            null,
            approval));
    action.setStatus(
        HealingActionStatus.builder()
            .phase(phase)
            .attempts(attempts)
            .times(times)
            .journal(journal)
            .build());
    return action;
  }
}
