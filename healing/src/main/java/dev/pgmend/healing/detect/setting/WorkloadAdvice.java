// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.postgres.Machine;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the planner, parallel workers, the write-ahead log and autovacuum are set for the machine
 * and for what it does.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-query.html">Planner costs:
 *     random_page_cost lower on solid-state drives, and never below seq_page_cost</a>
 * @see <a href="https://www.postgresql.org/docs/current/wal-configuration.html">WAL configuration:
 *     max_wal_size, and what more frequent checkpoints cost</a>
 * @see <a href="https://github.com/le0pard/pgtune">PGTune: random_page_cost 1.1 and
 *     effective_io_concurrency 200 on SSD, workers by cores</a>
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-vacuum.html">Cost-based
 *     vacuum delay</a>
 */
final class WorkloadAdvice {
  private static final double MUCH_WAL_PER_HOUR = ByteSize.GB;
  private static final long PAGE = 8 * ByteSize.KB;

  /** Cost per millisecond, from the defaults of 200 and 2 ms. */
  private static final double USUAL_VACUUM_PACE = 100;

  private final SettingNeeds needs;

  private WorkloadAdvice(SettingNeeds needs) {
    this.needs = needs;
  }

  static List<SettingAdvice> of(SettingNeeds needs) {
    var advice = new WorkloadAdvice(needs);
    return Stream.of(
            advice.randomPageCost(),
            advice.ioConcurrency(),
            advice.parallelWorkers(),
            advice.workerProcesses(),
            advice.maxWalSize(),
            advice.walCompression(),
            advice.checkpointTimeout(),
            advice.checkpointSpread(),
            advice.autovacuum(),
            advice.autovacuumPace())
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<SettingAdvice> randomPageCost() {
    var random = needs.get("random_page_cost").number();
    var sequential = needs.get("seq_page_cost").number();
    if (random < sequential) {
      return needs.propose(
          "random_page_cost",
          SettingNumber.format(sequential, ""),
          Severity.WARNING,
          "reading pages at random can't be cheaper than in order, at " + sequential);
    }
    return isOn(Machine.Storage.SSD) && random >= 3 * sequential
        ? needs.propose(
            "random_page_cost",
            SettingNumber.format(Math.round(11 * sequential) / 10.0, ""),
            Severity.INFO,
            "on solid-state storage a random page costs hardly more than the next one")
        : Optional.empty();
  }

  private Optional<SettingAdvice> ioConcurrency() {
    return isOn(Machine.Storage.SSD) && needs.get("effective_io_concurrency").number() <= 1
        ? needs.propose(
            "effective_io_concurrency",
            "200",
            Severity.INFO,
            "solid-state storage serves many reads at once")
        : Optional.empty();
  }

  private Optional<SettingAdvice> parallelWorkers() {
    var cores = cores();
    var workers = needs.get("max_parallel_workers").number();
    return cores > 0 && workers >= Math.max(8, cores) * needs.warnFactor()
        ? needs.propose(
            "max_parallel_workers",
            Long.toString(Math.max(8, cores)),
            Severity.INFO,
            "the machine has %d cores".formatted(cores))
        : Optional.empty();
  }

  private Optional<SettingAdvice> workerProcesses() {
    var cores = cores();
    var workers = needs.get("max_worker_processes").number();
    return cores >= needs.warnFactor() * workers
        ? needs.propose(
            "max_worker_processes",
            Long.toString(cores),
            Severity.INFO,
            "parallel queries can't use more of %d cores".formatted(cores))
        : Optional.empty();
  }

  /** A checkpoint is begun by max_wal_size / (1 + checkpoint_completion_target) of WAL. */
  private Optional<SettingAdvice> maxWalSize() {
    if (needs.wal().isEmpty()) {
      return Optional.empty();
    }
    var perHour = needs.wal().get().perHour(SettingNeeds.WAL_BYTES);
    var timeout = needs.get("checkpoint_timeout").number();
    var spread = 1 + needs.get("checkpoint_completion_target").number();
    var wanted = (long) (perHour * timeout / 3600 * spread);
    // More WAL than data is for the owner of the disk to grant.
    return needs.raise(
        "max_wal_size",
        Math.min(wanted, needs.dataBytes()),
        Severity.INFO,
        "%s of WAL an hour, a checkpoint every %.0f s"
            .formatted(ByteSize.of((long) perHour), timeout));
  }

  private Optional<SettingAdvice> walCompression() {
    var setting = needs.get("wal_compression");
    if (needs.wal().isEmpty() || !setting.value().equals("off")) {
      return Optional.empty();
    }
    var wal = needs.wal().get();
    var images = (double) wal.of(SettingNeeds.WAL_IMAGES) * PAGE;
    var share = images / Math.max(1, wal.of(SettingNeeds.WAL_BYTES));
    return wal.perHour(SettingNeeds.WAL_BYTES) >= MUCH_WAL_PER_HOUR && share >= 0.5
        ? needs.propose(
            "wal_compression",
            setting.allowed().contains("lz4") ? "lz4" : "on",
            Severity.INFO,
            "%.0f%% of %s WAL an hour are images of whole pages"
                .formatted(
                    Math.min(100, 100 * share),
                    ByteSize.of((long) wal.perHour(SettingNeeds.WAL_BYTES))))
        : Optional.empty();
  }

  private Optional<SettingAdvice> checkpointTimeout() {
    var seconds = needs.get("checkpoint_timeout").number();
    return seconds < 300
        ? needs.propose(
            "checkpoint_timeout",
            "5min",
            seconds <= 300 / needs.warnFactor() ? Severity.WARNING : Severity.INFO,
            "after each checkpoint every page changed is written into the WAL whole")
        : Optional.empty();
  }

  private Optional<SettingAdvice> checkpointSpread() {
    return needs.get("checkpoint_completion_target").number() < 0.7
        ? needs.propose(
            "checkpoint_completion_target",
            "0.9",
            Severity.INFO,
            "a checkpoint that is not spread out stalls what is written meanwhile")
        : Optional.empty();
  }

  private Optional<SettingAdvice> autovacuum() {
    return needs.get("autovacuum").value().equals("off")
        ? needs.propose(
            "autovacuum",
            "on",
            Severity.WARNING,
            "dead rows stay, statistics grow old and transaction ids run out")
        : Optional.empty();
  }

  private Optional<SettingAdvice> autovacuumPace() {
    var delayMs = own("autovacuum_vacuum_cost_delay", "vacuum_cost_delay");
    var limit = own("autovacuum_vacuum_cost_limit", "vacuum_cost_limit");
    if (delayMs <= 0) {
      return Optional.empty();
    }
    var slower = USUAL_VACUUM_PACE / (limit / delayMs);
    return slower >= needs.noteFactor()
        ? needs.propose(
            "autovacuum_vacuum_cost_delay",
            SettingNumber.format(
                    Math.max(0.1, Math.round(10 * limit / USUAL_VACUUM_PACE) / 10.0), "")
                + "ms",
            slower >= needs.warnFactor() ? Severity.WARNING : Severity.INFO,
            "autovacuum goes %.1f times slower than by default".formatted(slower))
        : Optional.empty();
  }

  /** Autovacuum's own value; below zero the one of every vacuum holds. */
  private double own(String name, String general) {
    var number = needs.get(name).number();
    return number < 0 ? needs.get(general).number() : number;
  }

  private boolean isOn(Machine.Storage storage) {
    return needs.machine().storage().filter(storage::equals).isPresent();
  }

  /** Zero if it is not known. */
  private long cores() {
    return (long) Math.ceil(needs.machine().cores().orElse(0));
  }
}
