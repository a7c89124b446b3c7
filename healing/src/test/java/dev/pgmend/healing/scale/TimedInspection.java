// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.scale;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A process of its own, so that its heap can be bounded: inspects one database as the operator
 * does, then lets each detector look by itself. Prints a line for each finding, each time and the
 * heap, in columns that tabulators part.
 */
final class TimedInspection {
  static final String APPLICATION = "pgmend/inspect";

  /** First columns of the lines. */
  static final String FINDING = "finding";

  static final String DETECTOR = "detector";
  static final String WHOLE = "whole";
  static final String HEAP = "heap";

  private static final Duration LONG_ENOUGH = Duration.ofMinutes(5);

  private TimedInspection() {}

  /** Takes the URL of the database. */
  public static void main(String... args) throws SQLException {
    var server = new Server(ConnectionSpec.parse(args[0]));
    var thresholds = InspectionOptions.DEFAULTS;
    var inspector = new Inspector(server, new Memory());
    var begin = System.nanoTime();
    var ofServer = inspector.inspectServer(thresholds, LONG_ENOUGH, List.of());
    var ofDatabase = inspector.inspect(server.spec().database(), thresholds, LONG_ENOUGH);
    print(WHOLE, millisSince(begin), ofServer.findings().size() + ofDatabase.findings().size());
    print(HEAP, peakHeapBytes(), Runtime.getRuntime().maxMemory());
    ofServer.findings().forEach(TimedInspection::print);
    ofDatabase.findings().forEach(TimedInspection::print);
    try (var session = server.open(Purpose.INSPECT, APPLICATION)) {
      for (var detector : detectors()) {
        time(
            detector,
            Inspection.begin(
                session, thresholds, new Memory(), Deadline.after(LONG_ENOUGH), List.of()));
      }
    }
  }

  private static List<Detector> detectors() {
    return ServiceLoader.load(Detector.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Detector::name))
        .toList();
  }

  private static void time(Detector detector, Inspection inspection) {
    var begin = System.nanoTime();
    try {
      var findings = detector.detect(inspection).size();
      print(DETECTOR, detector.name(), millisSince(begin), findings);
    } catch (SQLException | InspectionException e) {
      print(DETECTOR, detector.name(), millisSince(begin), e.getMessage());
    }
  }

  private static void print(Finding finding) {
    print(FINDING, finding.detector(), finding.target(), finding.summary());
  }

  private static void print(Object... columns) {
    System.out.println(String.join("\t", List.of(columns).stream().map(String::valueOf).toList()));
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  /** Of all pools of the heap together, each at its own worst moment. */
  private static long peakHeapBytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
