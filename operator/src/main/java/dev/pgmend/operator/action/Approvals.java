package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionNames;
import dev.pgmend.operator.policy.EffectivePolicy;

/**
 * Whether someone who may approve an action did. Whoever may only create actions can give one any
 * name and any content, so neither counts by itself.
 */
final class Approvals {
  /** The generation that every API server gives what is created, whatever its creator wrote. */
  private static final long CREATED = 1;

  private Approvals() {}

  static boolean given(HealingAction action, EffectivePolicy policy) {
    return approvedByChange(action) || (named(action, policy) && nameIsItsOwn(action));
  }

  /** What is missing, and how to give it. */
  static String howToGive(HealingAction action, EffectivePolicy policy) {
    if (named(action, policy) && !nameIsItsOwn(action)) {
      return ("policy %s approves this name, but an action with this target and these statements"
              + " is named %s: approve that name if it is what you mean")
          .formatted(policy.name(), HealingActionNames.of(action.getSpec()));
    }
    if (action.getSpec().approval() == dev.pgmend.api.v1alpha1.Approval.Approved) {
      return "policy %s only recommends it, and spec.approval does not count since it was given when"
              .formatted(policy.name())
          + " the action was created; to run it remove spec.approval and then set it to true, or"
          + " add its name to the policy's approvals";
    }
    return "policy %s only recommends it; to run it set spec.approval to true or add its name to the"
            .formatted(policy.name())
        + " policy's approvals";
  }

  /** Only spec.approval may change after the creation, so a later generation is an approval. */
  private static boolean approvedByChange(HealingAction action) {
    var generation = action.getMetadata().getGeneration();
    return action.getSpec().approval() == dev.pgmend.api.v1alpha1.Approval.Approved
        && generation != null
        && generation > CREATED;
  }

  private static boolean named(HealingAction action, EffectivePolicy policy) {
    return policy.spec().approvals().contains(action.getMetadata().getName());
  }

  private static boolean nameIsItsOwn(HealingAction action) {
    return HealingActionNames.isNameOf(action.getMetadata().getName(), action.getSpec());
  }
}
