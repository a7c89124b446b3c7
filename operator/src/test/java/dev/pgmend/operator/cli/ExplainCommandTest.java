// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ExplainCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsPageOfFinding() {
    assertThat(explain("IndexBloat")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("# IndexBloat", "`IndexBloat.minSaving`", "ReindexConcurrently");
  }

  @Test
  void printsPageOfRepairInAnyCase() {
    assertThat(explain("reindexconcurrently")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("REINDEX INDEX CONCURRENTLY");
  }

  @Test
  void listsAllWithoutName() {
    assertThat(explain()).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("Findings\n", "IndexBloat ", "Repairs\n", "Vacuum ");
  }

  @Test
  void suggestsNearestNameForMisspeltOne() {
    assertThat(explain("IndexBlot")).isEqualTo(2);
    assertThat(err.toString())
        .contains("There is no finding or repair IndexBlot; did you mean IndexBloat?");
  }

  private int explain(String... arguments) {
    return new CommandLine(new ExplainCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
