// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prose, strings and identifiers use the words of the field, not those that they replaced. */
class LanguageTest {
  /** The replaced words, and in a comment what to write instead. */
  private static final List<String> REPLACED =
      List.of(
          "mend|mends|mended|mending", // fix, repair
          "told", // reported, logged, shown
          "(take|takes|taken|took) back", // undo, roll back
          "(call|calls|called) off", // cancel
          "(give|gives|given|gave) way", // yield to, cancel itself
          "under care", // managed, under management
          "half (done|made)", // partially applied
          "held back", // held by guard X
          "for want of", // missing, not installed
          "by itself"); // automatically

  private static final Pattern WORDS =
      Pattern.compile(
          "\\b(" + String.join("|", REPLACED).replace(" ", "[ -]") + ")\\b",
          Pattern.CASE_INSENSITIVE);

  /** Published names of evidence and thresholds, which must not change. */
  private static final Pattern PUBLISHED = Pattern.compile("\\b(min)?[hH]eldBack(By|Xids)\\b");

  /** A line break in prose, with what begins a line of a comment. */
  private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\n\\s*(\\*(?!/)|//|#)?\\s*");

  /** Where one word of an identifier ends and the next begins. */
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|_");

  private static final int CONTEXT = 30;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "crds/src/main",
        "crds/manifests",
        "helm",
        "healing/src/main",
        "operator/src/main",
        "learner/src/main",
        "e2e/src/main",
        "docs",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CODE_OF_CONDUCT.md",
        "pom.xml",
        "pgmend"
      })
  void usesNoReplacedWord(String path) throws IOException {
    var found = new ArrayList<String>();
    for (var file : Checkout.texts(path)) {
      for (var use : uses(Files.readString(file))) {
        found.add(Checkout.name(file) + ": " + use);
      }
    }
    assertThat(found).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'pgmend mends it', 1",
    "'pgmend recommends a repair', 0",
    "'isHalfDone()', 1",
    "'TAKEN_BACK', 1",
    "'/** It runs by\n   * itself. */', 1",
    "'// was called\n    // off', 1",
    "'a half-made index', 1",
    "'heldBackBy minHeldBackXids', 0"
  })
  void findsWordsInProseAndIdentifiers(String text, int uses) {
    assertThat(uses(text)).hasSize(uses);
  }

  @Test
  void showsTheContextOfAUse() {
    assertThat(uses("a repair that was taken back later"))
        .containsExactly("a repair that was taken back later");
  }

  private static List<String> uses(String text) {
    var prose =
        HUMP.matcher(LINE_BREAK.matcher(PUBLISHED.matcher(text).replaceAll("")).replaceAll(" "))
            .replaceAll(" ")
            .toLowerCase(Locale.ROOT);
    return WORDS
        .matcher(prose)
        .results()
        .map(use ->
            prose.substring(
                Math.max(0, use.start() - CONTEXT), Math.min(prose.length(), use.end() + CONTEXT)))
        .toList();
  }
}
