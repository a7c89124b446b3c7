// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Detectors;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Runs every detector against a database, read-only, over one session, inside one deadline. */
public final class Inspector {
  private static final String APPLICATION = "pgmend/inspect";

  private final Server server;
  private final List<Server> standbys;
  private final Memory memory;

  /**
   * @param standbys of the server, as far as they can be reached
   * @param memory of earlier inspections of this server
   */
  public Inspector(Server server, List<Server> standbys, Memory memory) {
    this.server = server;
    this.standbys = List.copyOf(standbys);
    this.memory = memory;
  }

  public Inspector(Server server, Memory memory) {
    this(server, List.of(), memory);
  }

  /** Names of all detectors, sorted. */
  public static List<String> detectors() {
    return Detectors.all().stream().map(Detector::name).toList();
  }

  /**
   * Looks for what is the whole server's.
   *
   * @return a report whose database is empty
   * @throws dev.pgmend.healing.postgres.PostgresConnectionException if the server can't be used
   * @throws SQLException if the connection breaks before the facts are read
   */
  public InspectionReport inspectServer(
      InspectionOptions options, Duration timeout, List<Finding> advised) throws SQLException {
    return inspect(Scope.SERVER, "", options, timeout, advised);
  }

  /**
   * Looks for everything that is one database's.
   *
   * @param advised findings that others made, which are checked again
   * @throws dev.pgmend.healing.postgres.PostgresConnectionException if the server can't be used
   * @throws SQLException if the connection breaks before the facts are read
   */
  public InspectionReport inspect(
      String database, InspectionOptions options, Duration timeout, List<Finding> advised)
      throws SQLException {
    return inspect(Scope.DATABASE, database, options, timeout, advised);
  }

  private InspectionReport inspect(
      Scope scope,
      String database,
      InspectionOptions options,
      Duration timeout,
      List<Finding> advised)
      throws SQLException {
    try (var session = server.open(Purpose.INSPECT, APPLICATION, database)) {
      var inspection = inspection(session, options, timeout);
      var findings = new ArrayList<Finding>();
      for (var detector : Detectors.all()) {
        if (detector.scope() == scope) {
          findings.addAll(run(detector, inspection, () -> detector.detect(inspection)));
        }
      }
      for (var finding : advised) {
        Detectors.of(finding)
            .map(detector ->
                run(
                    detector,
                    inspection,
                    () -> detector.lookAgain(inspection, finding).stream().toList()))
            .ifPresent(findings::addAll);
      }
      findings.sort(
          Comparator.comparing(Finding::severity)
              .reversed()
              .thenComparing(Finding::detector)
              .thenComparing(finding -> finding.target().toString()));
      return new InspectionReport(database, inspection.facts(), findings);
    }
  }

  private Inspection inspection(Session session, InspectionOptions options, Duration timeout)
      throws SQLException {
    return Inspection.begin(session, options, memory, Deadline.after(timeout), standbys);
  }

  /** Without advice from others. */
  public InspectionReport inspect(String database, InspectionOptions options, Duration timeout)
      throws SQLException {
    return inspect(database, options, timeout, List.of());
  }

  /**
   * Looks for one finding again, by its own detector alone.
   *
   * @return it, as it is now; empty if it is gone, or if no detector knows such findings
   * @throws SQLException if the server refuses
   * @throws InspectionException if the detector could not inspect the finding's target
   */
  public Optional<Finding> lookAgain(Finding known, InspectionOptions options, Duration timeout)
      throws SQLException, InspectionException {
    var detector = Detectors.of(known);
    if (detector.isEmpty()) {
      return Optional.empty();
    }
    try (var session = server.open(Purpose.INSPECT, APPLICATION, known.target().database())) {
      return detector.get().lookAgain(inspection(session, options, timeout), known);
    }
  }

  /** The databases of the server that one may connect to, templates left out. */
  public List<String> databases() throws SQLException {
    try (var session = server.open(Purpose.INSPECT, APPLICATION)) {
      return session.query(
          """
          SELECT datname FROM pg_database
           WHERE datallowconn AND NOT datistemplate
             AND has_database_privilege(oid, 'CONNECT')
           ORDER BY datname
          """,
          row -> row.getString(1));
    }
  }

  private static List<Finding> run(Detector detector, Inspection inspection, Look look) {
    try {
      if (inspection.deadline().passed()) {
        throw InspectionException.outOfTime("this detector ran");
      }
      return look.look();
    } catch (SQLException | InspectionException | IllegalArgumentException e) {
      return List.of(
          DetectorFailure.of(
              detector.name(),
              detector.scope() == Scope.SERVER
                  ? Target.server()
                  : Target.database(inspection.database()),
              firstLine(e)));
    }
  }

  /** One detector's turn. */
  private interface Look {
    List<Finding> look() throws SQLException, InspectionException;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
