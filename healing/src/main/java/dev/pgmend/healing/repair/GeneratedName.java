// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.finding.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of what repairs make. */
final class GeneratedName {
  private static final int TABLE_BYTES = 40;

  private GeneratedName() {}

  /** {@code pgmend_<table>_<hash>_<suffix>}: the same columns always give the same name. */
  static String of(Target target, String suffix) {
    var table = target.relation();
    while (table.getBytes(StandardCharsets.UTF_8).length > TABLE_BYTES) {
      table = table.substring(0, table.offsetByCodePoints(table.length(), -1));
    }
    var text =
        String.join("\0", target.schema(), target.relation())
            + "\0"
            + String.join("\0", target.columns());
    return "pgmend_" + table + "_" + hash(text) + "_" + suffix;
  }

  private static String hash(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
