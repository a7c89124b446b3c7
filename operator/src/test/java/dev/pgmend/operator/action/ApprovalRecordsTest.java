// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static dev.pgmend.operator.testing.ActionBuilder.action;
import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.ApprovalVia;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Approver;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.testing.ActionBuilder;
import dev.pgmend.operator.testing.PolicyBuilder;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApprovalRecordsTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

  @Test
  void recordsTheFieldManagerOfSpecApproval() {
    var action = action().approval(Approval.Approved).build();
    action
        .getMetadata()
        .setManagedFields(
            List.of(
                managed("operator", "2026-03-04T11:00:00Z", "f:status", "f:phase"),
                managed("kubectl-edit", "2026-03-04T11:10:00Z", "f:spec", "f:approval"),
                managed("argocd", "2026-03-04T11:20:00Z", "f:spec", "f:approval")));

    assertThat(record(action, policy(PolicyMode.Recommend)))
        .isEqualTo(new Approver("argocd", ApprovalVia.SpecApproval, NOON.toString()));
  }

  @Test
  void recordsAnApprovalWithoutKnownManager() {
    assertThat(record(action().approval(Approval.Approved).build(), policy(PolicyMode.Recommend)))
        .isEqualTo(new Approver(null, ApprovalVia.SpecApproval, NOON.toString()));
  }

  @Test
  void recordsThePolicyThatListsTheAction() {
    var policy = policy(PolicyMode.Recommend).approving(ActionBuilder.NAME);

    assertThat(record(action().build(), policy))
        .isEqualTo(new Approver("nights", ApprovalVia.PolicyApprovals, NOON.toString()));
  }

  @Test
  void recordsThePolicyInModeAuto() {
    assertThat(record(action().build(), policy(PolicyMode.Auto)))
        .isEqualTo(new Approver("nights", ApprovalVia.ModeAuto, NOON.toString()));
  }

  @Test
  void recordsNothingWithoutApproval() {
    assertThat(record(action().build(), policy(PolicyMode.Recommend))).isNull();
    assertThat(
            record(action().createdWith(Approval.Approved).build(), policy(PolicyMode.Recommend)))
        .isNull();
  }

  @Test
  void keepsTheTimeOfTheSameApprover() {
    var action = action().build();
    var earlier = new Approver("nights", ApprovalVia.ModeAuto, "2026-03-04T10:00:00Z");
    action.setStatus(action.getStatus().toBuilder().approval(earlier).build());

    assertThat(record(action, policy(PolicyMode.Auto))).isEqualTo(earlier);
  }

  private static Approver record(HealingAction action, PolicyBuilder policy) {
    var gate = new Gate(new EffectivePolicy("nights", policy.spec(), Set.of()));
    return ApprovalRecords.of(gate.permission(action), Actions.statusOf(action), NOON);
  }

  private static ManagedFieldsEntry managed(
      String manager, String time, String parent, String field) {
    var fields = new FieldsV1();
    fields.setAdditionalProperty(parent, Map.of(field, Map.of()));
    return new ManagedFieldsEntryBuilder()
        .withManager(manager)
        .withTime(time)
        .withFieldsV1(fields)
        .build();
  }
}
