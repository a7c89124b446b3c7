// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No source file is too long to read at once. */
class SourceSizeTest {
  private static final int MAX_LINES = 350;

  @ParameterizedTest
  @ValueSource(strings = {"crds", "healing", "operator", "learner", "e2e"})
  void sourcesHaveAtMost350Lines(String module) throws IOException {
    for (var file : Checkout.sources(module)) {
      try (var lines = Files.lines(file)) {
        assertThat(lines.count()).as(Checkout.name(file)).isLessThanOrEqualTo(MAX_LINES);
      }
    }
  }
}
