// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The image of the learner pods, from the environment of the operator.
 *
 * @param pullPolicy of Kubernetes; empty for the default
 * @param pullSecrets names of Secrets that must exist in the namespace of each PgCluster
 */
public record LearnerImage(String name, Optional<String> pullPolicy, List<String> pullSecrets) {
  /** Name of the image; without it there are no learner pods. */
  public static final String IMAGE = "PGMEND_LEARNER_IMAGE";

  /** Always, IfNotPresent or Never. */
  public static final String PULL_POLICY = "PGMEND_LEARNER_IMAGE_PULL_POLICY";

  /** Names of Secrets, separated by commas. */
  public static final String PULL_SECRETS = "PGMEND_LEARNER_IMAGE_PULL_SECRETS";

  private static final Set<String> POLICIES = Set.of("Always", "IfNotPresent", "Never");

  public LearnerImage {
    pullSecrets = List.copyOf(pullSecrets);
  }

  /**
   * Reads environment variables; empty if none names an image.
   *
   * @throws IllegalArgumentException if the pull policy is not one of Kubernetes'
   */
  public static Optional<LearnerImage> of(Map<String, String> environment) {
    return value(environment, IMAGE)
        .map(name ->
            new LearnerImage(
                name,
                value(environment, PULL_POLICY).map(LearnerImage::known),
                value(environment, PULL_SECRETS).stream()
                    .flatMap(names -> Stream.of(names.split(",", -1)))
                    .map(String::strip)
                    .filter(secret -> !secret.isEmpty())
                    .toList()));
  }

  private static String known(String policy) {
    if (!POLICIES.contains(policy)) {
      throw new IllegalArgumentException(
          "%s is %s; set it to Always, IfNotPresent or Never".formatted(PULL_POLICY, policy));
    }
    return policy;
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }
}
