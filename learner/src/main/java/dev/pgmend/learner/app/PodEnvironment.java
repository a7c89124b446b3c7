// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The environment variables that the operator sets for a learner pod.
 *
 * @param cluster the PgCluster to learn
 * @param connection directory with a file for each value of the connection Secret
 */
record PodEnvironment(ClusterIdentity cluster, LearnerSettings settings, Path connection) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws IllegalArgumentException if a variable is missing or invalid; the message names it
   */
  static PodEnvironment read(Map<String, String> environment) {
    return new PodEnvironment(
        new ClusterIdentity(
            required(environment, "PGMEND_NAMESPACE"),
            required(environment, "PGMEND_CLUSTER"),
            required(environment, "PGMEND_CLUSTER_UID")),
        new LearnerSettings(
            json(environment, "PGMEND_LEARNER_SPEC", LearnerSpec.class, LearnerSpec.DEFAULTS),
            json(
                environment,
                "PGMEND_DATABASES",
                PgClusterSpec.Databases.class,
                PgClusterSpec.Databases.ALL),
            Optional.ofNullable(environment.get("PGMEND_STATE_DIR")).map(Path::of)),
        Path.of(required(environment, "PGMEND_CONNECTION_DIR")));
  }

  private static String required(Map<String, String> environment, String name) {
    var value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          name
              + " is not set. The pgmend operator starts this program for a PgCluster with"
              + " spec.learner.enabled; do not start it manually.");
    }
    return value;
  }

  private static <T> T json(
      Map<String, String> environment, String name, Class<T> type, T byDefault) {
    var text = environment.get(name);
    if (text == null || text.isBlank()) {
      return byDefault;
    }
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + " is not valid: " + e.getOriginalMessage(), e);
    }
  }
}
