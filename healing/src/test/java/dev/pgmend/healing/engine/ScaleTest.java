package dev.pgmend.healing.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Memory;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole inspection of a database with very many objects, in a process with little memory. */
class ScaleTest {
  private static final int INDEXES_PER_TABLE = 5;
  private static final String APPLICATION = "pgmend/inspect";

  @Test
  void aThousandTablesTakeAFewSeconds() throws Exception {
    inspect(1_000, Duration.ofSeconds(10));
  }

  /** {@code ./pgmend test -pl crds,healing -Dgroups=scale -DexcludedGroups=}. */
  @Test
  @Tag("scale")
  void tenThousandTablesTakeLessThanHalfAMinute() throws Exception {
    inspect(10_000, Duration.ofSeconds(30));
  }

  private static void inspect(int tables, Duration atMost) throws Exception {
    try (var database = TestServers.toBreak().createDatabase()) {
      fill(database, tables);
      // Somebody has a few tables to himself: an inspection must not wait for them.
      try (var locker = database.begin("LOCK TABLE t_1, t_2, t_3")) {
        var process = inDwarf(database, atMost);
        var locks = locksTaken(database, process);
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        System.out.print(said);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(locks).isSubsetOf("AccessShareLock", "none");
        locker.commit();
      }
    }
  }

  private static void fill(TestDatabase database, int tables) {
    database.execute(
        """
        DO $$
        BEGIN
          FOR i IN 1..%d LOOP
            EXECUTE format('CREATE TABLE t_%%s (id int PRIMARY KEY, a int, b int, c text, d int)', i);
            EXECUTE format('CREATE INDEX ON t_%%s (a)', i);
            EXECUTE format('CREATE INDEX ON t_%%s (b, a)', i);
            EXECUTE format('CREATE INDEX ON t_%%s (c)', i);
            EXECUTE format('CREATE INDEX ON t_%%s (d) WHERE d > 0', i);
            EXECUTE format('INSERT INTO t_%%s SELECT n, n, n, n, n FROM generate_series(1, 20) n', i);
            IF i %% 50 = 0 THEN COMMIT; END IF;
          END LOOP;
        END $$
        """
            .formatted(tables),
        "ANALYZE");
    assertThat(database.number("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"))
        .isEqualTo((long) INDEXES_PER_TABLE * tables);
  }

  /** A JVM whose heap is as small as is promised. */
  private static Process inDwarf(TestDatabase database, Duration atMost) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            Dwarf.class.getName(),
            database.url(),
            Long.toString(atMost.toMillis()))
        .redirectErrorStream(true)
        .start();
  }

  /** The modes of the locks on tables and indexes that it held, seen again and again. */
  private static Set<String> locksTaken(TestDatabase database, Process process)
      throws InterruptedException {
    var modes = new TreeSet<String>();
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      modes.addAll(
          database.texts(
              """
              SELECT DISTINCT coalesce(l.mode, 'none')
                FROM pg_stat_activity a
                JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'relation'
               WHERE a.application_name = '%s'
              """
                  .formatted(APPLICATION)));
    }
    return modes;
  }

  /** What runs in the small process. */
  static final class Dwarf {
    private Dwarf() {}

    /** Ends with 1 if it took too long, or if a detector could not look. */
    public static void main(String... args) throws SQLException {
      var server = new Server(ConnectionSpec.parse(args[0]));
      var atMost = Duration.ofMillis(Long.parseLong(args[1]));
      var memory = new Memory();
      var failed = new ArrayList<String>();
      // The second has statements and counters to compare.
      for (int i = 1; i <= 2; i++) {
        var begin = System.nanoTime();
        var reports =
            List.of(
                new Inspector(server, memory).inspectServer(Thresholds.DEFAULTS, atMost, List.of()),
                new Inspector(server, memory)
                    .inspect(server.spec().database(), Thresholds.DEFAULTS, atMost));
        var took = Duration.ofNanos(System.nanoTime() - begin);
        System.gc();
        var runtime = Runtime.getRuntime();
        System.out.printf(
            "inspection %d: %d ms, %d findings, %d MB of heap in use afterwards%n",
            i,
            took.toMillis(),
            reports.stream().mapToInt(report -> report.findings().size()).sum(),
            (runtime.totalMemory() - runtime.freeMemory()) >> 20);
        if (took.compareTo(atMost) > 0) {
          failed.add("it took " + took);
        }
        reports.stream()
            .flatMap(report -> report.findings().stream())
            .filter(finding -> finding.detector().equals("DetectorFailed"))
            .filter(finding -> finding.target().relation().isEmpty())
            .forEach(finding -> failed.add(finding.summary()));
      }
      tellOfEach(server, memory);
      failed.forEach(System.out::println);
      System.exit(failed.isEmpty() ? 0 : 1);
    }

    private static void tellOfEach(Server server, Memory memory) throws SQLException {
      try (var session = server.open(Purpose.INSPECT, APPLICATION)) {
        var inspection =
            Inspection.begin(
                session,
                Thresholds.DEFAULTS,
                memory,
                Deadline.after(Duration.ofMinutes(5)),
                List.of());
        for (var detector : ServiceLoader.load(Detector.class)) {
          var begin = System.nanoTime();
          try {
            detector.detect(inspection);
          } catch (SQLException e) {
            System.out.println(detector.name() + ": " + e.getMessage());
          }
          System.out.printf(
              "%s: %d ms%n", detector.name(), (System.nanoTime() - begin) / 1_000_000);
        }
      }
    }
  }
}
