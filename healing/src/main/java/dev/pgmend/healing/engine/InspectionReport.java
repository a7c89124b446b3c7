// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.ServerFacts;
import java.util.List;

/**
 * Result of one inspection of one database, or of the server as a whole.
 *
 * @param database empty for the server
 * @param findings the worst first
 */
public record InspectionReport(String database, ServerFacts facts, List<Finding> findings) {
  private static final int CRITICAL_COSTS = 30;
  private static final int WARNING_COSTS = 8;

  public InspectionReport {
    findings = List.copyOf(findings);
  }

  /** 100 is well; each warning takes 8, each critical finding 30, down to 0. */
  public static int healthScore(List<Finding> findings) {
    var cost =
        findings.stream()
            .mapToInt(finding ->
                switch (finding.severity()) {
                  case INFO -> 0;
                  case WARNING -> WARNING_COSTS;
                  case CRITICAL -> CRITICAL_COSTS;
                })
            .sum();
    return Math.max(0, 100 - cost);
  }
}
