// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of HealingActions. The same repair always has the same name, so that a policy in Git can
 * approve it before it runs.
 */
public final class HealingActionNames {
  private static final int MAX_LENGTH = 253;
  private static final int HASH_DIGITS = 10;
  // Room for what next() appends, so that a name never has to be trimmed anew.
  private static final int RESERVED = 8;
  private static final Pattern NUMBERED =
      Pattern.compile("(?<first>.*-[0-9a-f]{" + HASH_DIGITS + "})-(?<number>[1-9][0-9]{0,6})");

  private HealingActionNames() {}

  /** The first name of a repair: {@code <cluster>-<type>-<hash of target and statements>}. */
  public static String of(HealingActionSpec spec) {
    return of(spec.clusterRef().name(), spec.type(), spec.targetOrDefault(), spec.statements());
  }

  /** The first name of a repair, from its parts. A long cluster name is shortened. */
  public static String of(
      String cluster, String type, HealingActionSpec.Target target, List<String> statements) {
    String tail = "-" + kebab(type) + "-" + hash(target, statements);
    int room = MAX_LENGTH - RESERVED - tail.length();
    String head = cluster.length() <= room ? cluster : cluster.substring(0, room);
    return head.replaceAll("[-.]+$", "") + tail;
  }

  /** The name of the same repair when it is needed again: {@code x}, {@code x-2}, {@code x-3}. */
  public static String next(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    return numbered.matches()
        ? numbered.group("first") + "-" + (Integer.parseInt(numbered.group("number")) + 1)
        : name + "-2";
  }

  /** Whether this is a name of the repair of the spec: the first, or a later one. */
  public static boolean isNameOf(String name, HealingActionSpec spec) {
    String first = of(spec);
    Matcher numbered = NUMBERED.matcher(name);
    return name.equals(first) || (numbered.matches() && numbered.group("first").equals(first));
  }

  private static String kebab(String type) {
    return type.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  private static String hash(HealingActionSpec.Target target, List<String> statements) {
    MessageDigest digest = sha256();
    add(digest, target.database());
    add(digest, target.schema());
    add(digest, target.relation());
    add(digest, target.index());
    add(digest, target.parameter());
    if (target.object() != null) {
      add(digest, target.object());
    }
    addAll(digest, target.columns());
    addAll(digest, statements);
    return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
  }

  private static void addAll(MessageDigest digest, List<String> parts) {
    add(digest, Integer.toString(parts.size()));
    parts.forEach(part -> add(digest, part));
  }

  // The length goes first, so that no two lists of parts run together into the same bytes.
  private static void add(MessageDigest digest, @Nullable String part) {
    if (part == null) {
      digest.update("-;".getBytes(UTF_8));
      return;
    }
    byte[] bytes = part.getBytes(UTF_8);
    digest.update((bytes.length + ":").getBytes(UTF_8));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }
}
