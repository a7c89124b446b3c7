// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.chart;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request does, in the words of RBAC.
 *
 * @param resource with its subresource, such as {@code pgclusters/status}
 */
public record Access(String verb, String group, String resource) {
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api/v1|apis/(?<group>[^/]+)/[^/]+)(?:/namespaces/[^/]+)?/(?<resource>[a-z]+)"
              + "(?:/(?<name>[^/]+))?(?:/(?<sub>[a-z]+))?");

  /** The access that a request needs; empty if it is not about a resource. */
  public static Optional<Access> of(String method, String target) {
    var question = target.indexOf('?');
    var path = PATH.matcher(question < 0 ? target : target.substring(0, question));
    if (!path.matches()) {
      return Optional.empty();
    }
    var group = Optional.ofNullable(path.group("group")).orElse("");
    var sub = Optional.ofNullable(path.group("sub")).map(s -> "/" + s).orElse("");
    return Optional.of(
        new Access(
            verb(method, path.group("name") != null, target.contains("watch=true")),
            group,
            path.group("resource") + sub));
  }

  private static String verb(String method, boolean named, boolean watched) {
    return switch (method) {
      case "GET" -> watched ? "watch" : named ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> named ? "delete" : "deletecollection";
      default -> throw new IllegalArgumentException("no verb for " + method);
    };
  }

  /** Whether a rule allows the access. */
  public boolean isAllowedBy(List<PolicyRule> rules) {
    return rules.stream()
        .anyMatch(rule ->
            rule.getApiGroups().contains(group)
                && rule.getResources().contains(resource)
                && rule.getVerbs().contains(verb));
  }
}
