// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import dev.pgmend.api.v1alpha1.Api;
import dev.pgmend.api.v1alpha1.PgCluster;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;

/**
 * Identity and rights of a learner pod: it can propose actions and read them. It cannot change one,
 * because that would be an approval, and it cannot write a status.
 */
final class LearnerAccess {
  private LearnerAccess() {}

  static ServiceAccount account(PgCluster cluster) {
    return new ServiceAccountBuilder()
        .withMetadata(LearnerObjects.metadata(cluster))
        // Only the pod mounts a token, nothing else that uses the account.
        .withAutomountServiceAccountToken(false)
        .build();
  }

  static Role role(PgCluster cluster) {
    return new RoleBuilder()
        .withMetadata(LearnerObjects.metadata(cluster))
        .addNewRule()
        .withApiGroups(Api.GROUP)
        .withResources("healingactions")
        .withVerbs("create", "get", "list", "watch")
        .endRule()
        .build();
  }

  static RoleBinding binding(PgCluster cluster) {
    ObjectMeta metadata = LearnerObjects.metadata(cluster);
    return new RoleBindingBuilder()
        .withMetadata(metadata)
        .withNewRoleRef("rbac.authorization.k8s.io", "Role", metadata.getName())
        .addNewSubject()
        .withKind("ServiceAccount")
        .withName(metadata.getName())
        .withNamespace(metadata.getNamespace())
        .endSubject()
        .build();
  }
}
