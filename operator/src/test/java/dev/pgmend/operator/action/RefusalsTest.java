// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static dev.pgmend.operator.testing.ActionBuilder.action;
import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.operator.action.Refusals.Refusal;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.testing.ActionBuilder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalsTest {
  private static final Gate RECOMMEND = gate(PolicyMode.Recommend);

  @ParameterizedTest
  @CsvSource({
    "Proposed, NotSucceeded",
    "AwaitingApproval, NotSucceeded",
    "Scheduled, NotSucceeded",
    "Running, NotSucceeded",
    "Verifying, NotSucceeded",
    "RolledBack, AlreadyUndone",
    "Failed, NotSucceeded",
    "Cancelled, NotSucceeded",
    "Superseded, NotSucceeded",
    "Expired, NotSucceeded",
  })
  void undoThatCannotTakeEffectIsRefused(HealingPhase phase, String reason) {
    assertThat(refusals(undo().in(phase).undoneBy("SELECT 1"), RECOMMEND))
        .singleElement()
        .satisfies(refusal -> {
          assertThat(refusal.condition()).isEqualTo("UndoAccepted");
          assertThat(refusal.reason()).isEqualTo(reason);
          assertThat(refusal.message()).contains("pgmend.dev/undo has no effect");
        });
  }

  @Test
  void undoOfASuccessIsRefusedIfNothingCanBeUndone() {
    assertThat(refusals(undo().in(HealingPhase.Succeeded), RECOMMEND))
        .extracting(Refusal::reason)
        .containsExactly("NothingToUndo");
    assertThat(refusals(undo().in(HealingPhase.Succeeded).undoneBy("SELECT 1"), RECOMMEND))
        .isEmpty();
  }

  @Test
  void annotationOfAnAcceptedUndoIsNotRefusedAfterwards() {
    var undone = undo().in(HealingPhase.RolledBack).undoneBy("SELECT 1").build();
    undone.setStatus(
        undone.getStatus().toBuilder()
            .conditions(
                List.of(
                    new Condition(
                        "UndoAccepted",
                        Condition.TRUE,
                        "UndoRequested",
                        "a user requested the undo",
                        "2026-03-04T12:00:00Z",
                        1L)))
            .build());

    assertThat(Refusals.of(undone, RECOMMEND.permission(undone))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Approval.class)
  void approvalFromTheCreationIsRefused(Approval approval) {
    assertThat(
            refusals(action().in(HealingPhase.AwaitingApproval).createdWith(approval), RECOMMEND))
        .singleElement()
        .satisfies(refusal -> {
          assertThat(refusal.condition()).isEqualTo("ApprovalAccepted");
          assertThat(refusal.reason()).isEqualTo("SetAtCreation");
          assertThat(refusal.message()).contains("spec.approval: " + approval);
        });
  }

  @Test
  void approvalIsRefusedWhileThePolicyForbidsTheType() {
    assertThat(refusals(approved(), gate(PolicyMode.Observe)))
        .extracting(Refusal::reason)
        .containsExactly("ForbiddenByPolicy");
    assertThat(refusals(approved(), RECOMMEND)).isEmpty();
  }

  @Test
  void approvalOfAnEndedActionIsRefused() {
    assertThat(refusals(approved().in(HealingPhase.Expired), RECOMMEND))
        .extracting(Refusal::reason)
        .containsExactly("ActionEnded");
    assertThat(refusals(approved().in(HealingPhase.Succeeded), RECOMMEND)).isEmpty();
  }

  @Test
  void denialAfterTheStatementsRanIsRefusedAndNamesTheUndo() {
    var denied = action().in(HealingPhase.Succeeded).approval(Approval.Denied);

    assertThat(refusals(denied, RECOMMEND))
        .singleElement()
        .satisfies(refusal -> {
          assertThat(refusal.reason()).isEqualTo("AlreadyRan");
          assertThat(refusal.message()).contains(Annotations.UNDO);
        });
  }

  @Test
  void undoIsRefusedIfTheClusterWasDeleted() {
    var action = undo().in(HealingPhase.Succeeded).undoneBy("SELECT 1").build();

    assertThat(Refusals.withoutCluster(action))
        .extracting(Refusal::reason)
        .containsExactly("ClusterDeleted");
  }

  private static ActionBuilder undo() {
    return action().annotated(Annotations.UNDO, "true");
  }

  private static ActionBuilder approved() {
    return action().approval(Approval.Approved);
  }

  private static List<Refusal> refusals(ActionBuilder builder, Gate gate) {
    HealingAction action = builder.build();
    return Refusals.of(action, gate.permission(action));
  }

  private static Gate gate(PolicyMode mode) {
    return new Gate(new EffectivePolicy("nights", policy(mode).spec(), Set.of()));
  }
}
