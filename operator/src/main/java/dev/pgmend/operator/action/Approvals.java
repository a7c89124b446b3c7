// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which approvals count. A client that can only create actions can choose any name and any
 * content for one, so neither is an approval.
 */
final class Approvals {
  /** The API server gives this generation to every new resource, whatever its creator wrote. */
  private static final long CREATED = 1;

  private Approvals() {}

  /** The value of spec.approval, if it counts. */
  static Optional<Approval> given(HealingAction action) {
    return Optional.ofNullable(action.getSpec().approval()).filter(_ -> !isFromCreation(action));
  }

  /**
   * Whether spec.approval was set when the action was created. Only spec.approval can change
   * afterwards, so a later generation means that it was set afterwards.
   */
  static boolean isFromCreation(HealingAction action) {
    var generation = action.getMetadata().getGeneration();
    return action.getSpec().approval() != null && (generation == null || generation <= CREATED);
  }

  /** Whether a list of approved names has this action, and the name follows from its content. */
  static boolean isListed(HealingAction action, List<String> approvals) {
    return approvals.contains(action.getMetadata().getName()) && hasItsOwnName(action);
  }

  /** Explains how to approve. */
  static String howToApprove(HealingAction action, String policy, List<String> approvals) {
    if (approvals.contains(action.getMetadata().getName()) && !hasItsOwnName(action)) {
      return ("policy %s approves this name, but an action with this target and these statements is"
              + " named %s; approve that name instead")
          .formatted(policy, HealingActionNames.of(action.getSpec()));
    }
    var how =
        "policy %s only recommends it; to run it, set spec.approval to Approved or add its name to"
                .formatted(policy)
            + " spec.approvals of the policy";
    return isFromCreation(action) ? how + ". " + doesNotCount(action) : how;
  }

  /** Why a value from the creation has no effect. */
  static String doesNotCount(HealingAction action) {
    return ("spec.approval: %s does not count because it was set when the action was created; remove"
            + " it, then set it again")
        .formatted(action.getSpec().approval());
  }

  /** The field manager that last set spec.approval; null if managedFields do not name one. */
  static @Nullable String managerOf(HealingAction action) {
    var fields = action.getMetadata().getManagedFields();
    return (fields == null ? List.<ManagedFieldsEntry>of() : fields)
        .stream()
            .filter(Approvals::setsApproval)
            .max(Comparator.comparing(entry -> Objects.requireNonNullElse(entry.getTime(), "")))
            .map(ManagedFieldsEntry::getManager)
            .orElse(null);
  }

  private static boolean setsApproval(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() != null
        && entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:approval");
  }

  private static boolean hasItsOwnName(HealingAction action) {
    return HealingActionNames.isNameOf(action.getMetadata().getName(), action.getSpec());
  }
}
