// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void printsALinePerFault() {
    var table = new Table(out);
    table.begin();
    table.row(Outcomes.repaired("IndexBloat", 1.25));
    table.row(Outcomes.reported("ReplicaLag"));
    table.row(Outcomes.notFound("TempSpill"));
    table.row(Outcomes.skipped("CorruptIndex"));

    assertThat(lines())
        .containsExactly(
            "| Postgres | fault | found | after | repaired | after | by | verdict | also found |",
            "|---|---|---|---|---|---|---|---|---|",
            "| 18 | IndexBloat | yes | 1.3 s | yes | 3.3 s | Analyze | Neutral |  |",
            "| 18 | ReplicaLag | yes | 2.0 s | reported |  |  |  |  |",
            "| 18 | TempSpill | **no** |  | **no** |  |  |  |  |",
            "  ! TempSpill: not found",
            "| 18 | CorruptIndex | not run: no room | | | | | | |");
  }

  @Test
  void printsTotalsAndUnexpectedFindings() {
    var outcomes = List.of(Outcomes.repaired("IndexBloat", 1), Outcomes.reported("ReplicaLag"));
    new Table(out)
        .end(
            List.of(
                new Report(
                    "18",
                    5,
                    List.of("UnusedIndex t(i)"),
                    outcomes,
                    List.of(),
                    1200,
                    1,
                    "no",
                    2,
                    false)));

    assertThat(lines())
        .containsExactly(
            "",
            "18: 2 of 2 found, 1 of 1 repaired, 95% of the faults found within 2.0 s"
                + " with an inspection every 5 s;"
                + " 1,200 requests, 1 errors, 2 rows lost, balances differ;"
                + " 1 findings before the first fault",
            "  ! without a fault: UnusedIndex t(i)",
            "  ! first error: no");
  }

  @Test
  void printsALinePerSafetyTrial() {
    var trial = new NoTrial();
    var table = new SafetyTable(out);
    table.begin();
    var passed = SafetyOutcome.of("18", trial, TrialResult.of("nothing"), 3.4);
    var failed =
        SafetyOutcome.of("18", trial, TrialResult.of("").and(false, "an index is left"), 5);
    var skipped = SafetyOutcome.skipped("18", trial, "no mount");
    table.row(passed);
    table.row(failed);
    table.row(skipped);
    table.end(List.of(passed, failed, skipped));

    assertThat(lines())
        .containsExactly(
            "| Postgres | trial | what is tried | passed | what happened | took |",
            "|---|---|---|---|---|---|",
            "| 18 | NoTrial | to do nothing | yes | nothing | 3 s |",
            "| 18 | NoTrial | to do nothing | **no** |  | 5 s |",
            "  ! NoTrial: an index is left",
            "| 18 | NoTrial | to do nothing | not run: no mount | | |",
            "",
            "1 of 2 safety trials passed, 1 not run");
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
