// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Who may do what. That the operator's rights are enough is seen by {@code CrashTest}, which holds
 * every request of a whole run against them.
 */
class RightsTest {
  private static final String WITHOUT_LEARNER = "learner: {image: {repository: ''}}";

  @Test
  void operatorHasExactlyTheseRights() {
    assertThat(accesses(Chart.render(WITHOUT_LEARNER).operatorRules()))
        .containsExactlyInAnyOrder(
            "get pgclusters",
            "list pgclusters",
            "watch pgclusters",
            "get tuningpolicies",
            "list tuningpolicies",
            "watch tuningpolicies",
            "get pgclusters/status",
            "patch pgclusters/status",
            "update pgclusters/status",
            "get tuningpolicies/status",
            "patch tuningpolicies/status",
            "update tuningpolicies/status",
            "get healingactions/status",
            "patch healingactions/status",
            "update healingactions/status",
            "get healingactions",
            "list healingactions",
            "watch healingactions",
            "create healingactions",
            "delete healingactions",
            "get secrets",
            "create events");
  }

  @Test
  void noRoleHasWildcards() {
    var chart = Chart.render("watchNamespaces: [shop]");
    var all = Chart.render("{}");
    assertThat(
            List.of(chart.all(Role.class), all.all(Role.class)).stream()
                .flatMap(List::stream)
                .flatMap(role -> role.getRules().stream()))
        .noneMatch(RightsTest::isBoundless);
    assertThat(all.all(ClusterRole.class).stream().flatMap(role -> role.getRules().stream()))
        .noneMatch(RightsTest::isBoundless);
  }

  @Test
  void secretsCanBeReadByNameButNotListed() {
    assertThat(Chart.render("{}").operatorRules())
        .filteredOn(rule -> rule.getResources().contains("secrets"))
        .singleElement()
        .satisfies(rule -> assertThat(rule.getVerbs()).containsExactly("get"));
  }

  /** Kubernetes refuses a grant of rights that the grantor does not have. */
  @Test
  void operatorHasTheRightsThatItGrantsToLearners() {
    var rules = Chart.render("{}").operatorRules();
    for (var verb : List.of("create", "get", "list", "watch")) {
      assertThat(new Access(verb, "pgmend.dev", "healingactions").isAllowedBy(rules)).isTrue();
    }
    for (var resource : List.of("roles", "rolebindings")) {
      assertThat(new Access("create", "rbac.authorization.k8s.io", resource).isAllowedBy(rules))
          .isTrue();
    }
  }

  @Test
  void operatorCanChangeOnlyItsOwnLease() {
    assertThat(Chart.render("{}").role("pgmend-leader").getRules())
        .allMatch(rule -> rule.getApiGroups().equals(List.of("coordination.k8s.io")))
        .filteredOn(rule -> !rule.getVerbs().equals(List.of("create")))
        .allMatch(rule -> rule.getResourceNames().equals(List.of("pgmend")));
  }

  @Test
  void operatorKeepsItsMemoryInItsOwnNamespace() {
    var role = Chart.render("watchNamespaces: [shop]").role("pgmend-memory");
    assertThat(role.getMetadata().getNamespace()).isEqualTo("databases");
    assertThat(accesses(role.getRules()))
        .containsExactlyInAnyOrder(
            "get configmaps", "create configmaps", "update configmaps", "delete configmaps");
    assertThat(accesses(Chart.render("{}").operatorRules()))
        .noneMatch(access -> access.contains("configmaps"));
  }

  @Test
  void editorsOfClustersCannotApproveRepairs() {
    var chart = Chart.render("{}");
    var edit = chart.clusterRole("databases-pgmend-edit").orElseThrow();
    var approve = chart.clusterRole("databases-pgmend-approve").orElseThrow();
    assertThat(accesses(edit.getRules()))
        .noneMatch(access -> access.contains("healingactions") || access.contains("policies"));
    assertThat(accesses(approve.getRules()))
        .contains("patch healingactions", "patch tuningpolicies")
        .doesNotContain("create healingactions");
    assertThat(approve.getMetadata().getLabels())
        .doesNotContainKey("rbac.authorization.k8s.io/aggregate-to-edit");
    for (var role : List.of(edit, approve)) {
      assertThat(accesses(role.getRules())).noneMatch(access -> access.contains("/status"));
    }
  }

  private static Set<String> accesses(List<PolicyRule> rules) {
    return rules.stream()
        .flatMap(rule ->
            rule.getResources().stream()
                .flatMap(resource -> rule.getVerbs().stream().map(verb -> verb + " " + resource)))
        .collect(Collectors.toSet());
  }

  private static boolean isBoundless(PolicyRule rule) {
    return rule.getVerbs().contains("*")
        || rule.getResources().contains("*")
        || rule.getApiGroups().contains("*");
  }
}
