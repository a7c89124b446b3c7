// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.Traffic;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Server;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A healthy server that has one object of every kind, with unusual names. 120 inspections (one hour
 * at one every 30 seconds) must find nothing.
 */
@AutoService(SafetyTrial.class)
public final class Clean implements SafetyTrial {
  private static final int INSPECTIONS = 120;
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "Clean";
  }

  @Override
  public String tried() {
    return "120 inspections of a healthy shop in use, and of a database with objects of every kind";
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment) throws SQLException {
    var login = environment.operatorLogin();
    var odd = OddObjects.create(environment.server(), login);
    var spec =
        new ConnectionSpec(
            login.host(), login.port(), login.database(), login.user(), login.password(), Map.of());
    var inspector = new Inspector(new Server(spec), new Memory());
    var aboveInfo = new TreeSet<String>();
    var failed = new TreeSet<String>();
    int findings = 0;
    try (var traffic = Traffic.start(odd, List.of(OddObjects.STATEMENTS))) {
      for (int i = 0; i < INSPECTIONS; i++) {
        for (var finding : inspect(inspector, List.of(login.database(), OddObjects.DATABASE))) {
          findings++;
          if (finding.severity() != Severity.INFO) {
            aboveInfo.add(describe(finding));
          } else if (finding.detector().equals("DetectorFailed")) {
            failed.add(describe(finding));
          }
        }
      }
      return TrialResult.of(
              "%d inspections of the server and of 2 databases: %d findings above Info, %d at Info"
                  .formatted(INSPECTIONS, aboveInfo.size(), findings / INSPECTIONS))
          .andNone(List.copyOf(aboveInfo), "unexpected findings")
          .andNone(List.copyOf(failed), "detectors that failed")
          .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
    }
  }

  private static List<Finding> inspect(Inspector inspector, List<String> databases)
      throws SQLException {
    var findings =
        new ArrayList<>(
            inspector.inspectServer(InspectionOptions.DEFAULTS, AT_MOST, List.of()).findings());
    for (var database : databases) {
      findings.addAll(inspector.inspect(database, InspectionOptions.DEFAULTS, AT_MOST).findings());
    }
    return findings;
  }

  private static String describe(Finding finding) {
    return "%s %s: %s".formatted(finding.detector(), finding.target(), finding.summary());
  }
}
