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
 * Who a learning pod is to the API server, and what it may do there: propose actions and see what
 * became of them. It may not change one, since that would be to approve it, nor write a status.
 */
final class LearnerAccess {
  private LearnerAccess() {}

  static ServiceAccount account(PgCluster cluster) {
    return new ServiceAccountBuilder()
        .withMetadata(LearnerObjects.metadata(cluster))
        // The pod asks for its token itself: nothing else that borrows the account gets one.
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
