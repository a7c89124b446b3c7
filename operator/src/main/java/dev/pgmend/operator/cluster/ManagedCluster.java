// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.InspectionReport;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.operator.provider.Access;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One managed Postgres in this process: its connection, its last inspection, its samplers. */
public final class ManagedCluster implements AutoCloseable {
  private final Access access;
  private final Server server;
  private final Clock clock;
  private final Memory memory;
  private final Map<String, Sampler> samplers = new HashMap<>();
  private volatile @Nullable Inspected last;

  /**
   * One inspection of all databases.
   *
   * @param at when it ended
   * @param advised findings of the learner that the inspection looked for
   * @param request the value of the annotation that requested it; empty if there was none
   */
  public record Inspected(
      Instant begun,
      Instant at,
      List<InspectionReport> reports,
      Set<Finding.Key> advised,
      String request) {
    public Inspected {
      reports = List.copyOf(reports);
      advised = Set.copyOf(advised);
    }

    /**
     * Start of the next inspection: one interval after the start of this one, but with a pause at
     * least as long as the inspection. A server is thus inspected at most half of the time.
     */
    public Instant next(Duration interval) {
      var rested = at.plus(Duration.between(begun, at));
      var regular = begun.plus(interval);
      return regular.isAfter(rested) ? regular : rested;
    }

    /** All findings, worst first. */
    public List<Finding> findings() {
      return reports.stream()
          .flatMap(report -> report.findings().stream())
          .sorted((a, b) -> b.severity().compareTo(a.severity()))
          .toList();
    }

    public Optional<Finding> find(Finding.Key key) {
      return reports.stream()
          .flatMap(report -> report.findings().stream())
          .filter(finding -> finding.key().equals(key))
          .findFirst();
    }
  }

  ManagedCluster(Access access, Memory memory, Clock clock) {
    this.access = access;
    this.memory = memory;
    this.server = new Server(access.primary());
    this.clock = clock;
  }

  public Access access() {
    return access;
  }

  Memory memory() {
    return memory;
  }

  public Server server() {
    return server;
  }

  /** Size of the disk of its data, if it is known. */
  public OptionalLong diskCapacityBytes() {
    return access.diskCapacityBytes();
  }

  public Inspector inspector() {
    return new Inspector(server, access.standbys().stream().map(Server::new).toList(), memory);
  }

  public Optional<Inspected> lastInspection() {
    return Optional.ofNullable(last);
  }

  /**
   * Inspects the server, and every database that the filter accepts.
   *
   * @param advised findings of the learner to look for
   * @param timeout for each of them
   * @throws dev.pgmend.healing.postgres.PostgresConnectionException if the server cannot be used
   */
  public Inspected inspect(
      Predicate<String> databases,
      InspectionOptions options,
      List<Finding> advised,
      Duration timeout,
      String request)
      throws SQLException {
    var begun = clock.instant();
    var inspector = inspector();
    var reports = new ArrayList<InspectionReport>();
    reports.add(
        withFindingsOfFailedDetectors(
            inspector.inspectServer(options, timeout, advisedFor("", advised))));
    for (var database : inspector.databases()) {
      if (databases.test(database)) {
        var here = advisedFor(database, advised);
        reports.add(
            withFindingsOfFailedDetectors(inspector.inspect(database, options, timeout, here)));
      }
    }
    var inspected =
        new Inspected(
            begun,
            clock.instant(),
            reports,
            advised.stream().map(Finding::key).collect(Collectors.toSet()),
            request);
    last = inspected;
    return inspected;
  }

  private static List<Finding> advisedFor(String database, List<Finding> advised) {
    return advised.stream().filter(f -> f.target().database().equals(database)).toList();
  }

  /** A detector that failed did not see its findings disappear: they stay open until it runs. */
  private InspectionReport withFindingsOfFailedDetectors(InspectionReport report) {
    var failed =
        report.findings().stream().map(DetectorFailure::detectorOf).collect(Collectors.toSet());
    var seen = report.findings().stream().map(Finding::key).collect(Collectors.toSet());
    var known =
        lastInspection().stream()
            .flatMap(inspected -> inspected.reports().stream())
            .filter(earlier -> earlier.database().equals(report.database()))
            .flatMap(earlier -> earlier.findings().stream())
            .filter(finding -> failed.contains(finding.detector()))
            .filter(finding -> !seen.contains(finding.key()));
    return new InspectionReport(
        report.database(),
        report.facts(),
        Stream.concat(report.findings().stream(), known).toList());
  }

  /** The running sampler of a database for a window of this length. */
  public synchronized Sampler sampler(String database, Duration window) {
    var sampler = samplers.get(database);
    if (sampler == null || !sampler.window().equals(window)) {
      if (sampler != null) {
        sampler.close();
      }
      sampler = new Sampler(server, database, window, clock);
      samplers.put(database, sampler);
    }
    return sampler;
  }

  /** Stops the samplers of databases that no longer need one. */
  public synchronized void sampleOnly(Predicate<String> needed) {
    samplers
        .entrySet()
        .removeIf(entry -> {
          if (needed.test(entry.getKey())) {
            return false;
          }
          entry.getValue().close();
          return true;
        });
  }

  @Override
  public void close() {
    sampleOnly(_ -> false);
  }
}
