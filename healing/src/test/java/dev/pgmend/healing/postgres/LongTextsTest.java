// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.plan.Planner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts of any length are read: no pattern needs a stack as deep as they are long. */
class LongTextsTest {
  @Test
  void findsTheFirstWordBehindLongComments() {
    var comment = "/* it's " + "don't ".repeat(200_000) + "*/";

    assertThat(Planner.hasPlan(comment + " SELECT 1")).isTrue();
    assertThat(Planner.hasPlan("-- " + "x".repeat(500_000) + "\n(SELECT 1)")).isTrue();
    assertThat(Planner.hasPlan("(".repeat(100_000) + comment + "SELECT 1")).isTrue();
    assertThat(Planner.hasPlan(comment + " VACUUM")).isFalse();
    assertThat(List.of(comment, "/* ".repeat(100_000))).noneMatch(Planner::hasPlan);
  }
}
