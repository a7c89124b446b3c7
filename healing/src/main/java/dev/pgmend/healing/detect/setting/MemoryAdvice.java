// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Severity;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a server's memory is shared out well. What a database needs is never more than it holds:
 * with little data the smallest settings are enough.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-resource.html">Resource
 *     consumption: a quarter of memory for shared_buffers, and not over 40%; work_mem times
 *     hash_mem_multiplier in each of many operations at a time</a>
 * @see <a href="https://github.com/le0pard/pgtune">PGTune: three quarters for effective_cache_size,
 *     a sixteenth and at most 2 GB for maintenance_work_mem</a>
 */
final class MemoryAdvice {
  private static final long MAX_MAINTENANCE = 2 * ByteSize.GB;

  /** Below its default, work_mem makes every sort spill. The fix is then fewer connections. */
  private static final long MIN_WORK_MEM = 4 * ByteSize.MB;

  private final SettingNeeds needs;
  private final long memory;
  private final long data;

  private MemoryAdvice(SettingNeeds needs, long memory) {
    this.needs = needs;
    this.memory = memory;
    this.data = needs.dataBytes();
  }

  static List<SettingAdvice> of(SettingNeeds needs) {
    var memory = needs.machine().memoryBytes();
    if (memory.isEmpty()) {
      return List.of();
    }
    var advice = new MemoryAdvice(needs, memory.getAsLong());
    return Stream.of(
            advice.sharedBuffers(),
            advice.effectiveCacheSize(),
            advice.workMem(),
            advice.maintenanceWorkMem())
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<SettingAdvice> sharedBuffers() {
    var now = needs.get("shared_buffers").bytes();
    var quarter = memory / 4;
    if (now > memory * 2 / 5) {
      // Well above 40% the server and the system's own cache keep the same pages twice.
      return needs.propose(
          "shared_buffers",
          mb(quarter),
          now > memory * 3 / 4 ? Severity.WARNING : Severity.INFO,
          "%s of %s memory leave too little for all else"
              .formatted(ByteSize.of(now), ByteSize.of(memory)));
    }
    return needs.raise(
        "shared_buffers",
        Math.min(quarter, data),
        Severity.WARNING,
        "%s of data, and a quarter of memory is %s"
            .formatted(ByteSize.of(data), ByteSize.of(quarter)));
  }

  private Optional<SettingAdvice> effectiveCacheSize() {
    var now = needs.get("effective_cache_size").bytes();
    var cached = memory * 3 / 4;
    if (now > memory) {
      return needs.lower(
          "effective_cache_size",
          cached,
          Severity.INFO,
          "the machine has %s of memory in all".formatted(ByteSize.of(memory)));
    }
    // A cache larger than the data changes no plan.
    return Math.min(data, cached) <= now
        ? Optional.empty()
        : needs.raise(
            "effective_cache_size",
            cached,
            Severity.WARNING,
            "%s of data, and three quarters of memory are %s"
                .formatted(ByteSize.of(data), ByteSize.of(cached)));
  }

  private Optional<SettingAdvice> workMem() {
    var connections = needs.get("max_connections").number();
    var multiplier = needs.get("hash_mem_multiplier").number();
    var now = needs.get("work_mem").bytes();
    var free = memory - needs.get("shared_buffers").bytes();
    var fair = (long) (free / connections / multiplier);
    if (free <= 0 || now <= MIN_WORK_MEM) {
      return Optional.empty();
    }
    return needs.lower(
        "work_mem",
        Math.max(MIN_WORK_MEM, fair),
        Severity.WARNING,
        "one hash in each of %.0f connections may take %s of %s memory"
            .formatted(
                connections,
                ByteSize.of((long) (now * multiplier * connections)),
                ByteSize.of(memory)));
  }

  private Optional<SettingAdvice> maintenanceWorkMem() {
    var now = needs.get("maintenance_work_mem").bytes();
    var workers = needs.get("autovacuum_max_workers").number();
    var ofWorkers = needs.get("autovacuum_work_mem");
    if (ofWorkers.number() < 0 && now * workers > 0.5 * memory) {
      return needs.lower(
          "maintenance_work_mem",
          Math.min(MAX_MAINTENANCE, memory / 16),
          Severity.WARNING,
          "%.0f autovacuum workers may take %s of %s memory"
              .formatted(workers, ByteSize.of((long) (now * workers)), ByteSize.of(memory)));
    }
    // An index, or the dead rows of a table, are a part of the data: an eighth is much.
    return needs.raise(
        "maintenance_work_mem",
        Math.min(Math.min(MAX_MAINTENANCE, memory / 16), data / 8),
        Severity.INFO,
        "%s of data to build indexes on and to vacuum".formatted(ByteSize.of(data)));
  }

  private static String mb(long bytes) {
    return bytes / ByteSize.MB + "MB";
  }
}
