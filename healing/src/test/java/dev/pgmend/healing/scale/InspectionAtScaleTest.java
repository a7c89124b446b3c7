// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One inspection of a database of very many tables, at default thresholds, while some of them are
 * locked. The system property {@code pgmend.scale.tables} says how many; docs/reference/inspect.md
 * has the figures for ten thousand.
 */
class InspectionAtScaleTest {
  private static final int TABLES = Integer.getInteger("pgmend.scale.tables", 500);
  private static final String HEAP = "-Xmx64m";
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  /** Of the lock timeout of an inspection's session, twice. */
  private static final int LONGEST_WAIT_MS = 1_000;

  private static final String LOCKS =
      """
      SELECT l.mode || ' ' ||
             coalesce(extract(epoch FROM clock_timestamp() - l.waitstart) * 1000, 0)::int
        FROM pg_locks l
        JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE a.application_name = '%s' AND l.locktype <> 'virtualxid'
      """
          .formatted(TimedInspection.APPLICATION);

  @TempDir private Path directory;

  @Test
  void oneInspectionOfVeryManyTablesIsQuickAndSmallAndWaitsForNobody()
      throws IOException, InterruptedException {
    try (var database = TestServers.newest().createDatabase()) {
      LargeSchema.create(database, TABLES);
      faults(database);
      var locks = new TreeMap<String, Integer>();
      List<String[]> said;
      try (var _ =
          database.begin(
              "LOCK TABLE many_1, many_2, many_3, locked",
              "DROP INDEX many_4_day_name",
              "REINDEX TABLE many_5",
              "ALTER SEQUENCE many_6_id_seq INCREMENT 2",
              "ALTER TABLE many_7 ADD COLUMN more int")) {
        said = inspect(database, locks);
      }
      said.forEach(line -> System.out.println(String.join("  ", line)));
      System.out.printf("%d tables, %d indexes; locks %s%n", TABLES, TABLES * 5, locks);

      assertThat(lines(said, TimedInspection.FINDING))
          .extracting(line -> line[1] + " " + line[2])
          .contains(
              "InvalidIndex public.broken(broken_id)",
              "StaleStatistics public.stale",
              "SequenceExhaustion public.many_8_id_seq");
      assertThat(lines(said, TimedInspection.FINDING))
          .filteredOn(line -> line[1].equals("DetectorFailed"))
          .allSatisfy(line -> assertThat(line[3]).contains("is locked by another session"));
      assertThat(locks.keySet()).containsExactly("AccessShareLock");
      assertThat(locks.get("AccessShareLock")).isLessThan(LONGEST_WAIT_MS);
      assertThat(Long.parseLong(lines(said, TimedInspection.WHOLE).getFirst()[1]))
          .isLessThan(AT_MOST.toMillis());
    }
  }

  /** Of those whose detectors find them small, too. */
  private static void faults(TestDatabase database) {
    Faults.failedBuild(database, "broken", "broken_id");
    Faults.failedBuild(database, "locked", "locked_id");
    Faults.staleStatistics(database, "stale");
    database.execute("SELECT setval('many_8_id_seq', 2000000000)");
  }

  /**
   * Inspects in a process with a heap of the promised size.
   *
   * @param locks the modes seen meanwhile, and the longest wait for each in milliseconds
   */
  private List<String[]> inspect(TestDatabase database, Map<String, Integer> locks)
      throws IOException, InterruptedException {
    var out = directory.resolve("out").toFile();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                TimedInspection.class.getName(),
                database.url())
            .redirectErrorStream(true)
            .redirectOutput(out)
            .start();
    while (!process.waitFor(1, TimeUnit.MILLISECONDS)) {
      for (var lock : database.texts(LOCKS)) {
        var parts = lock.split(" ", -1);
        locks.merge(parts[0], Integer.parseInt(parts[1]), Math::max);
      }
    }
    var said = Files.readString(out.toPath());
    assertThat(process.exitValue()).as(said).isZero();
    return said.lines().map(line -> line.split("\t", -1)).collect(Collectors.toList());
  }

  private static List<String[]> lines(List<String[]> said, String first) {
    return said.stream().filter(line -> line[0].equals(first)).toList();
  }
}
