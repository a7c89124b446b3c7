// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pgmend.api.v1alpha1.Labels;
import dev.pgmend.api.v1alpha1.PgCluster;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Names and labels of the objects of a learner pod. */
final class LearnerNames {
  /** Selects the objects of learners. */
  static final String SELECTOR =
      "app.kubernetes.io/name=pgmend-learner,app.kubernetes.io/managed-by=pgmend";

  private static final String SUFFIX = "-learner";

  /**
   * Kubernetes labels pods with the name of the StatefulSet and eleven more characters, at most 63.
   */
  private static final int MAX_NAME = 52;

  private static final int HASH_DIGITS = 8;
  private static final int MAX_LABEL = 63;

  /**
   * A valid name of a Service. The name of a PgCluster can also have dots and begin with a digit.
   */
  private static final Pattern LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

  private LearnerNames() {}

  /** The name of all its objects. */
  static String of(String cluster) {
    if (LABEL.matcher(cluster).matches() && cluster.length() + SUFFIX.length() <= MAX_NAME) {
      return cluster + SUFFIX;
    }
    var plain = (Character.isDigit(cluster.charAt(0)) ? "c" : "") + cluster.replace('.', '-');
    var tail = "-" + hash(cluster) + SUFFIX;
    var head = plain.substring(0, Math.min(plain.length(), MAX_NAME - tail.length()));
    return head.replaceAll("-+$", "") + tail;
  }

  /** The name of its pod. */
  static String pod(String cluster) {
    return of(cluster) + "-0";
  }

  /** The name of the claim that keeps what was learned. */
  static String claim(String cluster) {
    return LearnerStatefulSet.VOLUME + "-" + pod(cluster);
  }

  /** The labels that select the pod of this learner. */
  static Map<String, String> podLabels(PgCluster cluster) {
    return Map.of(
        "app.kubernetes.io/name",
        "pgmend-learner",
        "app.kubernetes.io/instance",
        of(cluster.getMetadata().getName()));
  }

  static Map<String, String> labels(PgCluster cluster) {
    var labels = new LinkedHashMap<>(podLabels(cluster));
    labels.put("app.kubernetes.io/component", "learner");
    labels.put("app.kubernetes.io/part-of", "pgmend");
    labels.put("app.kubernetes.io/managed-by", "pgmend");
    var name = cluster.getMetadata().getName();
    if (name.length() <= MAX_LABEL) {
      labels.put(Labels.CLUSTER, name);
    }
    return labels;
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }
}
