// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What Linux reports about a machine, and about the control groups of one of its processes.
 *
 * @param root of the file system; tests bring their own
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control groups v2</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">v1, memory</a>
 * @see <a href="https://docs.kernel.org/scheduler/sched-bwc.html">v1, CPU bandwidth</a>
 */
record LinuxMachine(Path root) {
  /** Without a limit, v1 reports the largest possible number of pages. */
  private static final long NO_LIMIT = 1L << 60;

  private static final String V2 = "";

  static LinuxMachine ofThis() {
    return new LinuxMachine(Path.of("/"));
  }

  Machine read(DataDirectory directory) {
    var pid = directory.postmasterPid();
    return new Machine(memoryBytes(pid), cores(pid), storage(directory.path()));
  }

  /** Every group above the process limits it: the lowest limit applies. */
  OptionalLong memoryBytes(long pid) {
    var ofMachine =
        lines(root.resolve("proc/meminfo"))
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")));
    var v2 = groups(pid, V2).mapToLong(group -> number(group.resolve("memory.max")));
    var v1 =
        groups(pid, "memory").mapToLong(group -> number(group.resolve("memory.limit_in_bytes")));
    return LongStream.concat(ofMachine, LongStream.concat(v2, v1))
        .filter(limit -> limit > 0 && limit < NO_LIMIT)
        .min();
  }

  OptionalDouble cores(long pid) {
    var ofMachine =
        lines(root.resolve("sys/devices/system/cpu/online")).mapToDouble(LinuxMachine::countOf);
    var v2 =
        groups(pid, V2)
            .flatMap(group -> lines(group.resolve("cpu.max")))
            .filter(line -> !line.startsWith("max"))
            .mapToDouble(LinuxMachine::shareOf);
    var v1 =
        groups(pid, "cpu")
            .mapToDouble(group ->
                (double) number(group.resolve("cpu.cfs_quota_us"))
                    / Math.max(1, number(group.resolve("cpu.cfs_period_us"))));
    return DoubleStream.concat(ofMachine, DoubleStream.concat(v2, v1))
        .filter(cores -> cores > 0)
        .min();
  }

  private Optional<Machine.Storage> storage(Path directory) {
    try {
      return storage((long) Files.getAttribute(directory, "unix:dev"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** By a device's number, as stat gives it; a partition has the properties of its disk. */
  Optional<Machine.Storage> storage(long device) {
    var major = ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
    var minor = (device & 0xff) | ((device >>> 12) & ~0xffL);
    try {
      var block = root.resolve("sys/dev/block/" + major + ":" + minor).toRealPath();
      return Stream.of("queue/rotational", "../queue/rotational")
          .flatMap(file -> lines(block.resolve(file)))
          .map(line -> line.equals("0") ? Machine.Storage.SSD : Machine.Storage.HDD)
          .findFirst();
    } catch (IOException e) {
      // A file system over the network, or over others, has no device of its own.
      return Optional.empty();
    }
  }

  /** The folders of a process' group and of those above it; empty where there is no such kind. */
  private Stream<Path> groups(long pid, String controller) {
    var mounted = root.resolve("sys/fs/cgroup").resolve(controller);
    return lines(root.resolve("proc/" + pid + "/cgroup"))
        .map(line -> line.split(":", 3))
        .filter(parts -> parts.length == 3)
        .filter(parts -> List.of(parts[1].split(",", -1)).contains(controller))
        .map(parts -> mounted.resolve(parts[2].substring(1)).normalize())
        .flatMap(group ->
            Stream.iterate(
                group, g -> g != null && g.startsWith(mounted.normalize()), Path::getParent));
  }

  /** Zero where there is no number, such as {@code max}. */
  private static long number(Path file) {
    return lines(file)
        .filter(line -> line.matches("\\d{1,18}"))
        .findFirst()
        .map(Long::valueOf)
        .orElse(0L);
  }

  /** Cores from a quota and its period. */
  private static double shareOf(String line) {
    var parts = line.split(" ", -1);
    return Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
  }

  /** Cores from a list such as {@code 0-3,8}. */
  private static double countOf(String line) {
    return Stream.of(line.split(",", -1))
        .map(range -> range.split("-", -1))
        .mapToInt(ends -> Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1)
        .sum();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(String::strip).filter(line -> !line.isEmpty());
    } catch (IOException e) {
      // A file that is missing or unreadable has no value.
      return Stream.empty();
    }
  }
}
